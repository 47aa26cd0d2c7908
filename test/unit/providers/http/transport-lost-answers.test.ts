import { describe, expect, it } from 'vitest';
import { ProviderOutcomeUnknownError } from '../../../../lib/errors.js';
import { brokenAnswers, head, tillSent } from '../../../fixtures/broken-answers.js';
import { startEmulator } from '../../../fixtures/emulator.js';
import { clientOf, mobile } from '../../../fixtures/modica.js';
import { startRawServer } from '../../../fixtures/raw-server.js';
import { thrownBy } from '../../../fixtures/thrown.js';

describe('F1: an answer that is lost after the request arrived', () => {
  it('makes the outcome unknown: one SMS went out, and no second follows', async () => {
    const emulator = await startEmulator();
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    const error = await thrownBy(ProviderOutcomeUnknownError, () =>
      clientOf(emulator).createChallenge({ destination: mobile }),
    );
    expect(error).toMatchObject({ code: 'provider_outcome_unknown', status: 504 });
    expect(error.cause).toMatchObject({ code: 'ECONNRESET' });
    expect(emulator.requests).toHaveLength(1);
    expect(emulator.messages).toHaveLength(1);
  });

  it('makes the outcome of checking a code unknown, without a retry', async () => {
    const emulator = await startEmulator();
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    await thrownBy(ProviderOutcomeUnknownError, () =>
      clientOf(emulator).verifyResponse({ challengeId: 'id', code: '123456' }),
    );
    expect(emulator.requests).toHaveLength(1);
  });

  it('makes the outcome unknown on a kept-alive connection, too', async () => {
    const emulator = await startEmulator();
    const client = clientOf(emulator);
    await client.createChallenge({ destination: mobile });
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    await thrownBy(ProviderOutcomeUnknownError, () =>
      client.createChallenge({ destination: mobile }),
    );
    expect(emulator.requests).toHaveLength(2);
    expect(emulator.messages).toHaveLength(2);
  });

  it('does not affect the next request of the client', async () => {
    const emulator = await startEmulator();
    const client = clientOf(emulator);
    emulator.overrideNextReply({ reply: 'lost', processed: false });
    await client.createChallenge({ destination: mobile }).catch(() => undefined);
    expect((await client.createChallenge({ destination: mobile })).kind).toBe('created');
  });
});

describe('F3: an answer that makes the outcome unknown, without a retry', () => {
  it.each(brokenAnswers)('%s', async (_how, answer) => {
    const server = await startRawServer(answer);
    const client = clientOf(server, { timeout: tillSent });
    const error = await thrownBy(ProviderOutcomeUnknownError, () =>
      client.verifyResponse({ challengeId: 'id', code: '123456' }),
    );
    expect(error.status).toBe(504);
    expect(error.cause).toBeInstanceOf(Error);
    expect(server.connections()).toBe(1);
  });
});

describe('F3: the deadline of a call', () => {
  it('is independent of the deadlines of other calls', async () => {
    const server = await startRawServer(() => undefined);
    const ended: string[] = [];
    const asked = async (timeout: number) => {
      const call = clientOf(server, { timeout }).createChallenge({ destination: mobile });
      await thrownBy(ProviderOutcomeUnknownError, () => call);
      ended.push(`${timeout}`);
    };
    await Promise.all([asked(2 * tillSent), asked(tillSent)]);
    expect(ended).toEqual([`${tillSent}`, `${2 * tillSent}`]);
  });
});

describe('F3: a reply of a certain size', () => {
  const ofSize = (bytes: number) => {
    const start = '{"status":"valid","pad":"';
    const body = `${start}${'x'.repeat(bytes - start.length - 2)}"}`;
    return startRawServer((socket) => {
      socket.end(`${head}Content-Length: ${bytes}\r\nConnection: close\r\n\r\n${body}`);
    });
  };

  it('is read if it has 64 KiB', async () => {
    const client = clientOf(await ofSize(65_536));
    const result = await client.verifyResponse({ challengeId: 'id', code: '123456' });
    expect(result).toMatchObject({ kind: 'answered', status: 'valid' });
  });

  it.each([65_537, 100_000, 5_000_000])('is discarded if it has %i bytes', async (bytes) => {
    const server = await ofSize(bytes);
    await thrownBy(ProviderOutcomeUnknownError, () =>
      clientOf(server).verifyResponse({ challengeId: 'id', code: '123456' }),
    );
    expect(server.connections()).toBe(1);
  });

  it('is cut off early if it is endless', async () => {
    let written = 0;
    const server = await startRawServer((socket) => {
      socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
      const pour = () => {
        while (!socket.destroyed && socket.write(`1000\r\n${'x'.repeat(4096)}\r\n`));
      };
      socket.on('drain', pour);
      socket.once('close', () => {
        written = socket.bytesWritten;
      });
      pour();
    });
    await thrownBy(ProviderOutcomeUnknownError, () =>
      clientOf(server, { timeout: 120_000 }).verifyResponse({ challengeId: 'id', code: '123456' }),
    );
    await expect.poll(() => written).toBeGreaterThan(65_536);
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });
});

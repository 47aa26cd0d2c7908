import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  ProviderCredentialsError,
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  ProviderUnavailableError,
} from '../../../../lib/errors.js';
import { listenToEvents } from '../../../fixtures/events.js';
import { listen } from '../../../fixtures/listen.js';
import {
  messageReply,
  nexmoAccount,
  nexmoAnswering,
  nexmoProvider,
  startNexmo,
  usMobile,
} from '../../../fixtures/nexmo.js';
import { quietPort } from '../../../fixtures/quiet-port.mjs';
import { thrownBy } from '../../../fixtures/thrown.js';

/** Returns a provider whose next message gets this status. */
const answering = async (status: string) => {
  const emulator = await nexmoAnswering({
    status: 200,
    body: messageReply({ status, 'message-id': 'AAAA', 'error-text': 'canary 12125550123' }),
  });
  return nexmoProvider(emulator);
};

describe("Nexmo's status of a message", () => {
  it.each(['3', '6'])(
    'F16: rejects with %s, which may blame number, message or account, and publishes it',
    async (status) => {
      const heard = listenToEvents();
      const provider = await answering(status);
      const rejected = { kind: 'not_sent', word: status, requestId: 'AAAA' };
      expect(await provider.send(usMobile)).toEqual(rejected);
      const name = 'provider_status_unmapped';
      expect(heard).toEqual([expect.objectContaining({ name, call: 'send', word: status })]);
    },
  );

  it.each(['7', '34', '102'])('refuses the number with %s', async (status) => {
    const provider = await answering(status);
    expect(await provider.send(usMobile)).toEqual({ kind: 'number_refused', requestId: 'AAAA' });
  });

  it('throttles with 1', async () => {
    const provider = await answering('1');
    expect(await provider.send(usMobile)).toEqual({ kind: 'throttled', retryAfter: undefined });
  });

  it.each(['4', '8', '9', '11', '14', '19', '29', '101'])(
    'is a ProviderCredentialsError with %s, which blames the account',
    async (status) => {
      const provider = await answering(status);
      const error = await thrownBy(ProviderCredentialsError, () => provider.send(usMobile));
      expect(error).toMatchObject({ status: 500, requestId: 'AAAA' });
      expect(error.message).toContain(`status ${status}: `);
      expect(error.message).toContain('Nothing was sent');
      expect(error.message).not.toMatch(/undefined|canary|12125550123/);
    },
  );

  it.each(['2', '12', '15', '16', '20', '23'])(
    'is a ConfigurationError with %s, which blames the options',
    async (status) => {
      const provider = await answering(status);
      const error = await thrownBy(ConfigurationError, () => provider.send(usMobile));
      expect(error).toMatchObject({ code: 'option_invalid', requestId: 'AAAA' });
      expect(error.message).toContain(`status ${status}: `);
      expect(error.message).toContain('Nothing was sent');
      expect(error.message).not.toMatch(/undefined|canary|12125550123/);
    },
  );

  it.each(['5', '13'])('is a ProviderOutcomeUnknownError with %s', async (status) => {
    const provider = await answering(status);
    const error = await thrownBy(ProviderOutcomeUnknownError, () => provider.send(usMobile));
    expect(error).toMatchObject({ status: 504, requestId: 'AAAA' });
    expect(error.message).toContain(`status ${status}: `);
    expect(error.message).not.toMatch(/undefined|canary|12125550123/);
  });

  it.each(['10', '17', '99', '100', '103', '-1', '00', '0.0', ' 0', 'ok', 'canary', '__proto__'])(
    'is a ProviderReplyError with the undocumented %o',
    async (status) => {
      const provider = await answering(status);
      const error = await thrownBy(ProviderReplyError, () => provider.send(usMobile));
      expect(error.requestId).toBe('AAAA');
      expect(error.message).not.toMatch(/undefined|canary|12125550123/);
    },
  );

  it('is the same with the emulator', async () => {
    const emulator = await startNexmo({ statusFor: () => '7' });
    expect(await nexmoProvider(emulator).send(usMobile)).toEqual({
      kind: 'number_refused',
      requestId: undefined,
    });
    const other = nexmoProvider(emulator, { apiSecret: 'wrong' });
    await thrownBy(ProviderCredentialsError, () => other.send(usMobile));
  });
});

describe('A request to the short code API', () => {
  const sent = messageReply({ status: '0', 'message-id': 'AAAA' });
  const send = async (status: number, headers: Record<string, string> = {}) => {
    const emulator = await nexmoAnswering({ status, headers, body: sent });
    return { emulator, call: () => nexmoProvider(emulator).send(usMobile) };
  };

  it('F5: fails with a ProviderCredentialsError for a 401', async () => {
    const { call } = await send(401);
    const error = await thrownBy(ProviderCredentialsError, call);
    expect(error.hint).toContain('NEXMO_API_KEY');
  });

  it('F4: is throttled by a 429', async () => {
    const { call } = await send(429, { 'Retry-After': '7' });
    expect(await call()).toEqual({ kind: 'throttled', retryAfter: 7 });
  });

  it.each([500, 502, 503, 504])(
    'F4: fails with a ProviderOutcomeUnknownError for a %i, without a retry',
    async (status) => {
      const { emulator, call } = await send(status);
      await thrownBy(ProviderOutcomeUnknownError, call);
      expect(emulator.requests).toHaveLength(1);
    },
  );

  it.each([301, 302, 307, 308])(
    'A19: follows no redirect (%i), so that the credentials go nowhere else',
    async (status) => {
      const elsewhere = await listen(createServer());
      const { call } = await send(status, { Location: `http://127.0.0.1:${elsewhere.port}/` });
      await thrownBy(ProviderReplyError, call);
      expect(elsewhere.connections()).toBe(0);
    },
  );

  it.each([201, 202, 204, 400, 403, 404, 420])(
    'fails with a ProviderReplyError for an undocumented %i',
    async (status) => {
      const { call } = await send(status);
      await thrownBy(ProviderReplyError, call);
    },
  );

  it('F1: fails with a ProviderOutcomeUnknownError if the answer is lost, without a retry', async () => {
    const emulator = await startNexmo();
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    await thrownBy(ProviderOutcomeUnknownError, () => nexmoProvider(emulator).send(usMobile));
    expect(emulator.requests).toHaveLength(1);
    expect(emulator.messages).toHaveLength(1);
  });

  it('F2: fails with a ProviderUnavailableError if the connection is refused', async () => {
    const url = `http://127.0.0.1:${await quietPort()}`;
    await thrownBy(ProviderUnavailableError, () => nexmoProvider({ url }).send(usMobile));
  });
});

const message = { status: '0', 'message-id': 'AAAA' };

describe('A9: a request to send a message', () => {
  it('succeeds with the documented success, whatever other attributes it has', async () => {
    const body = JSON.stringify({
      'message-count': '1',
      messages: [{ ...message, network: 7 }],
      x: 1,
    });
    const emulator = await nexmoAnswering({ status: 200, body });
    expect(await nexmoProvider(emulator).send(usMobile)).toMatchObject({
      kind: 'sent',
      messageId: 'AAAA',
    });
  });

  it.each([usMobile.slice(1), nexmoAccount.apiSecret])(
    'A18: has no request id if the id of its message repeats what was sent: %s',
    async (sent) => {
      const body = messageReply({ ...message, 'message-id': `id-${sent}` });
      const emulator = await nexmoAnswering({ status: 200, body });
      const sending = await nexmoProvider(emulator).send(usMobile);
      expect(sending).toMatchObject({ kind: 'sent', requestId: undefined });
    },
  );

  it('fails with a ProviderReplyError on a number that only ends like the one in the request', async () => {
    const body = messageReply({ ...message, to: '1+2125550123' });
    const emulator = await nexmoAnswering({ status: 200, body });
    await thrownBy(ProviderReplyError, () => nexmoProvider(emulator).send(usMobile));
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['an empty object', {}],
    ['a list', [message]],
    ['the status at the top level, where a sample of the document reads it', message],
    ['no message', { messages: [] }],
    ['two messages', { messages: [message, message] }],
    ['one of two that failed', { messages: [message, { status: '5' }] }],
    ['a message outside a list', { messages: message }],
    ['null', { messages: null }],
    ['a string for the message', { messages: ['0'] }],
    ['no status', { messages: [{ 'message-id': 'AAAA' }] }],
    ['an empty status', { messages: [{ ...message, status: '' }] }],
    ['a status that is a number', { messages: [{ ...message, status: 0 }] }],
    ['a status that is null', { messages: [{ ...message, status: null }] }],
    ['a status that is false', { messages: [{ ...message, status: false }] }],
    ['a status in a list', { messages: [{ ...message, status: ['0'] }] }],
    ['no id', { messages: [{ status: '0' }] }],
    ['an empty id', { messages: [{ status: '0', 'message-id': '' }] }],
    ['an id that is a number', { messages: [{ status: '0', 'message-id': 7 }] }],
    ['an id that is too long', { messages: [{ status: '0', 'message-id': 'x'.repeat(201) }] }],
    ['an id by another name', { messages: [{ status: '0', messageId: 'AAAA' }] }],
  ])('A9: fails with a ProviderReplyError on %s', async (_what, reply) => {
    const emulator = await nexmoAnswering({ status: 200, body: JSON.stringify(reply) ?? '' });
    await thrownBy(ProviderReplyError, () => nexmoProvider(emulator).send(usMobile));
  });

  it.each(['<html></html>', '{"messages":[{"status":"0","message-id":"AAAA"}]', 'true'])(
    'A9: fails with a ProviderReplyError on %o',
    async (body) => {
      const emulator = await nexmoAnswering({ status: 200, body });
      await thrownBy(ProviderReplyError, () => nexmoProvider(emulator).send(usMobile));
    },
  );
});

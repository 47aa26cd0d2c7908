import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createModicaEmulator } from '../../../../lib/emulator/index.js';
import { urlOf } from '../../../../lib/emulator/server/http-server.js';
import { challenge, emulate, mobile, post } from '../modica/client.js';

describe('start() of an emulator', () => {
  it('listens on a free port of the loopback interface', async () => {
    const first = await emulate();
    const second = await emulate();

    expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/rest\/2fa$/);
    expect(second.url).not.toBe(first.url);
  });

  it('listens on a given port', async () => {
    const emulator = await emulate();
    const { port } = new URL(emulator.url);
    await emulator.stop();
    await emulator.start(Number(port));

    expect(new URL(emulator.url).port).toBe(port);
  });

  it("rejects with Node's error when the port is in use, and can be called again", async () => {
    const { port } = new URL((await emulate()).url);
    const emulator = createModicaEmulator();

    await expect(emulator.start(Number(port))).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await emulator.start();
    expect(emulator.url).toContain('http://127.0.0.1:');
    await emulator.stop();
  });

  it('rejects when the emulator is already started, which keeps listening', async () => {
    const emulator = await emulate();

    await expect(emulator.start()).rejects.toThrow(
      `The emulator is already started on ${emulator.url}. Call stop() first.`,
    );
    expect(await challenge(emulator)).toHaveProperty('id');
  });

  it('restarts a stopped emulator with its challenges and requests', async () => {
    const emulator = await emulate();
    const { id, code } = await challenge(emulator);
    await emulator.stop();
    await emulator.start();
    const reply = await post(emulator, '/responses', { challenge_id: id, code });

    expect(reply.body).toEqual({ status: 'valid' });
    expect(emulator.requests).toHaveLength(2);
  });
});

describe('stop() of an emulator', () => {
  it('does nothing when the emulator is not started or already stopped', async () => {
    const emulator = createModicaEmulator();
    await emulator.stop();
    await emulator.start();
    await emulator.stop();

    await expect(emulator.stop()).resolves.toBeUndefined();
  });

  it('waits for a start() that has not settled', async () => {
    const emulator = createModicaEmulator();
    const started = emulator.start();
    await emulator.stop();

    await expect(started).resolves.toBeUndefined();
    expect(() => emulator.url).toThrow('not started');
  });

  it('closes idle connections', async () => {
    const emulator = await emulate();
    const { hostname, port } = new URL(emulator.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const closed = once(
      socket.resume().on('error', () => {}),
      'close',
    );
    await emulator.stop();

    expect(await closed).toHaveLength(1);
  });

  it('closes connections whose reply is held for ever', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({ reply: 'held', until: new Promise(() => {}) });
    const reply = post(emulator, '/challenges', { destination: mobile });
    const failed = expect(reply).rejects.toThrow('fetch failed');
    await once(emulator, 'message');
    await emulator.stop();

    await failed;
  });
});

describe('The url of an emulator', () => {
  it('throws with a hint when the emulator is not started', () => {
    expect(() => createModicaEmulator().url).toThrow(
      'The emulator is not started. Await start() before reading url.',
    );
  });

  it('has an IPv6 address in brackets', () => {
    const address = { address: '::1', family: 'IPv6', port: 4000 };

    expect(urlOf(address, '/rest/2fa')).toBe('http://[::1]:4000/rest/2fa');
  });
});

import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { challenge, emulate, mobile, post } from '../modica/client.js';

describe('The messages of an emulator', () => {
  it('are listed oldest first', async () => {
    const emulator = await emulate();
    await challenge(emulator, { destination: '+6421111111' });
    await challenge(emulator, { destination: '+6422222222' });

    expect(emulator.messages.map(({ to }) => to)).toEqual(['+6421111111', '+6422222222']);
  });

  it('are emitted as they are delivered', async () => {
    const emulator = await emulate();
    const [[message]] = await Promise.all([once(emulator, 'message'), challenge(emulator)]);

    expect(message).toBe(emulator.messages.at(0));
  });
});

describe('The requests of an emulator', () => {
  it('are emitted before they are processed', async () => {
    const emulator = await emulate();
    let messagesByThen: number | undefined;
    emulator.on('request', ({ path }) => {
      messagesByThen = path === '/challenges' ? emulator.messages.length : undefined;
    });
    await challenge(emulator);

    expect(messagesByThen).toBe(0);
  });
});

describe('A callback of the test that throws', () => {
  it('is a 500 with the reason when it is the clock', async () => {
    const emulator = await emulate({ now: () => Number.NaN });
    const reply = await post(emulator, '/challenges', { destination: mobile });

    expect(reply.status).toBe(500);
    expect(reply.body).toEqual({ error: 'emulator_fault: RangeError: Invalid time value' });
    expect(emulator.messages).toEqual([]);
  });

  it('is a 500 with the reason when it is an event listener', async () => {
    const emulator = await emulate();
    emulator.on('message', () => {
      throw new Error('no printer');
    });
    const reply = await post(emulator, '/challenges', { destination: mobile });

    expect(reply.body).toEqual({ error: 'emulator_fault: Error: no printer' });
  });
});

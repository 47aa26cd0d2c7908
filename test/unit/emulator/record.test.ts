import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Challenges } from '../../../lib/emulator/modica/challenges.js';
import { BoundedList } from '../../../lib/emulator/server/bounded-list.js';
import { basic, challenge, emulate, mobile, post } from './client.js';

describe('messages', () => {
  it('are kept oldest first', async () => {
    const emulator = await emulate();
    await challenge(emulator, { destination: '+6421111111' });
    await challenge(emulator, { destination: '+6422222222' });

    expect(emulator.messages.map(({ to }) => to)).toEqual(['+6421111111', '+6422222222']);
  });

  it('are announced as they are delivered', async () => {
    const emulator = await emulate();
    const [[announced]] = await Promise.all([once(emulator, 'message'), challenge(emulator)]);

    expect(announced).toBe(emulator.messages.at(0));
  });
});

describe('requests', () => {
  it('are kept as they came, oldest first', async () => {
    const emulator = await emulate();
    await post(emulator, '/challenges?a=b', '{ "destination": "+64211234567" }');
    await post(emulator, '/responses', 'nonsense ✓');

    expect(emulator.requests).toMatchObject([
      { method: 'POST', path: '/challenges', body: '{ "destination": "+64211234567" }' },
      { method: 'POST', path: '/responses', body: 'nonsense ✓' },
    ]);
    expect(emulator.requests.at(0)?.headers).toMatchObject({
      accept: 'application/vnd.modica.2fa.v1+json',
      authorization: basic('emulator', 'emulator'),
    });
  });

  it('are kept when they are refused', async () => {
    const emulator = await emulate();
    await fetch(new URL('/elsewhere', emulator.url));

    expect(emulator.requests).toMatchObject([{ method: 'GET', path: '/elsewhere', body: '' }]);
  });

  it('are announced before they are processed', async () => {
    const emulator = await emulate();
    let messagesByThen: number | undefined;
    emulator.on('request', ({ path }) => {
      messagesByThen = path === '/challenges' ? emulator.messages.length : undefined;
    });
    await challenge(emulator);

    expect(messagesByThen).toBe(0);
  });

  it('that break off half-way are none', async () => {
    const emulator = await emulate();
    const half = request(`${emulator.url}/challenges`, {
      method: 'POST',
      headers: { 'content-length': '100' },
    });
    half.write('{ "destination"');
    await once(half, 'socket').then(([socket]) => once(socket, 'connect'));
    half.on('error', () => {}).destroy();
    await challenge(emulator);

    expect(emulator.requests).toHaveLength(1);
  });
});

describe('memory', () => {
  it('keeps the last 10,000 items of a list', () => {
    const recent = new BoundedList<number>();
    for (let item = 1; item <= 10_001; item += 1) recent.add(item);

    expect(recent.items).toHaveLength(10_000);
    expect([recent.items.at(0), recent.items.at(-1)]).toEqual([2, 10_001]);
  });

  it('forgets the oldest challenge after 10,000 others', () => {
    const challenges = new Challenges();
    const first = challenges.create(6, 0, 300);
    const second = challenges.create(6, 0, 300);
    for (let others = 0; others < 9_999; others += 1) challenges.create(6, 0, 300);

    expect(challenges.check(first.id, first.code, 0)).toBe('unknownChallenge');
    expect(challenges.check(second.id, second.code, 0)).toBe('valid');
  });
});

describe('a fault of the test itself', () => {
  it('in the clock is told in a 500', async () => {
    const emulator = await emulate({ now: () => Number.NaN });
    const reply = await post(emulator, '/challenges', { destination: mobile });

    expect(reply.status).toBe(500);
    expect(reply.body).toEqual({ error: 'emulator_fault: RangeError: Invalid time value' });
    expect(emulator.messages).toEqual([]);
  });

  it('in a listener is told in a 500', async () => {
    const emulator = await emulate();
    emulator.on('message', () => {
      throw new Error('no printer');
    });
    const reply = await post(emulator, '/challenges', { destination: mobile });

    expect(reply.body).toEqual({ error: 'emulator_fault: Error: no printer' });
  });
});

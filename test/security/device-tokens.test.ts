import { createServer, request as startRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { hour, second, stopClock } from '../fixtures/clock.js';
import { deviceCookieOf, startAppWithDevices, watchedMemory } from '../fixtures/devices.js';
import { listenToEvents } from '../fixtures/events.js';
import { listen } from '../fixtures/listen.js';

/** Logins in order: by which token, and what becomes of it. `a`, `b` … are handed out in this order. */
type Step = readonly [token: string, result: 'admitted' | 'asked' | 'theft', handsOut?: string];

/** The token that a browser gets when it is trusted. */
const first = 'a';

describe('F27: the token of a trusted device', () => {
  it.each<[string, readonly Step[]]>([
    [
      'changes with each login',
      [
        ['a', 'admitted', 'b'],
        ['b', 'admitted', 'c'],
        ['c', 'admitted', 'd'],
      ],
    ],
    [
      'may come again while nobody has used its successor: the answer was lost',
      [
        ['a', 'admitted', 'b'],
        ['a', 'admitted', 'c'],
        ['c', 'admitted', 'd'],
      ],
    ],
    [
      'may come again and again, as far as ten times a day',
      [
        ...'bcdefghijk'.split('').map((next) => ['a', 'admitted', next] as const),
        ['a', 'asked'],
        // And nobody is suspected: the newest answer still counts.
        ['k', 'admitted', 'l'],
      ],
    ],
    [
      'is outdated when its successor has been used: whoever has it copied it',
      [
        ['a', 'admitted', 'b'],
        ['b', 'admitted', 'c'],
        ['a', 'theft'],
        ['c', 'asked'],
      ],
    ],
    [
      'that was copied has two successors, and the one used first outdates the other',
      [
        ['a', 'admitted', 'b'],
        ['a', 'admitted', 'c'],
        ['b', 'admitted', 'd'],
        ['c', 'theft'],
        ['d', 'asked'],
      ],
    ],
    [
      'that was copied does not serve two browsers in turn',
      [
        ['a', 'admitted', 'b'],
        ['a', 'admitted', 'c'],
        ['b', 'admitted', 'd'],
        ['d', 'admitted', 'e'],
        ['c', 'theft'],
        ['e', 'asked'],
      ],
    ],
  ])('%s', async (_what, steps) => {
    const clock = stopClock();
    const events = listenToEvents();
    const { trusted, login, emulator } = await startAppWithDevices();
    const tokens = new Map([[first, await trusted()]]);
    let texts = emulator.messages.length;
    let thefts = 0;
    for (const [token, result, handsOut] of steps) {
      clock.advance(11 * second);
      const answer = await login(tokens.get(token));
      if (handsOut !== undefined) tokens.set(handsOut, deviceCookieOf(answer) ?? '');
      else expect(deviceCookieOf(answer)).toBeUndefined();
      expect(answer.body.info?.code).toBe(result === 'admitted' ? 'trusted_device' : undefined);
      thefts += result === 'theft' ? 1 : 0;
      expect(events.filter(isTheft)).toHaveLength(thefts);
      // The first that is asked for a code gets it by SMS; a second one joins the same challenge.
      texts = result === 'admitted' ? texts : 2;
      expect(emulator.messages).toHaveLength(texts);
    }
  });

  it('raises no alarm within ten seconds, when answers may overtake each other', async () => {
    const clock = stopClock();
    const events = listenToEvents();
    const { trusted, login } = await startAppWithDevices();
    const outdated = await trusted();
    clock.advance(hour);
    const used = deviceCookieOf(await login(outdated));
    const newest = deviceCookieOf(await login(used)) ?? '';
    clock.advance(10 * second - 1);
    expect((await login(outdated)).body.code).toBe('challenge_sent');
    expect(events.filter(isTheft)).toEqual([]);
    expect((await login(newest)).body.info.code).toBe('trusted_device');
    clock.advance(10 * second);
    expect((await login(outdated)).body.code).toBe('challenge_sent');
    expect(events.filter(isTheft)).toEqual([
      {
        name: 'device_token_reused',
        owasp: 'authn_token_reuse',
        realm: 'users',
        userId: 1,
      },
    ]);
  });
});

describe('F27: many logins at once from a trusted device', () => {
  it('are admitted up to ten, and the browser goes on with whichever cookie it kept', async () => {
    const clock = stopClock();
    const events = listenToEvents();
    const { trusted, login, emulator } = await startAppWithDevices();
    const cookie = await trusted();
    const answers = await Promise.all(Array.from({ length: 50 }, () => login(cookie)));
    const admitted = answers.filter(({ body }) => body.info?.code === 'trusted_device');
    expect(admitted).toHaveLength(10);
    expect(emulator.messages).toHaveLength(2);
    const kept = admitted.map(deviceCookieOf).findLast((given) => given !== undefined);
    clock.advance(hour);
    expect((await login(kept)).body.info.code).toBe('trusted_device');
    expect(events.filter(isTheft)).toEqual([]);
  });

  it('cost no SMS where it is a double click, whichever of the answers arrives', async () => {
    const clock = stopClock();
    const events = listenToEvents();
    const { trusted, login, emulator } = await startAppWithDevices();
    let cookie = await trusted();
    for (const arrives of [0, 1, 1, 0]) {
      const answers = await Promise.all([login(cookie), login(cookie)]);
      for (const { body } of answers) expect(body.info.code).toBe('trusted_device');
      const given = answers.map(deviceCookieOf)[arrives];
      cookie = given ?? cookie;
      clock.advance(hour);
    }
    expect((await login(cookie)).body.info.code).toBe('trusted_device');
    expect(emulator.messages).toHaveLength(1);
    expect(events.filter(isTheft)).toEqual([]);
  });

  it('write once: one that is late with what it has read outdates nothing', async () => {
    const clock = stopClock();
    const { memory, holdNext } = await watchedMemory();
    const { trusted, login } = await startAppWithDevices({ memory });
    const cookie = await trusted();
    const { reached, letGo } = holdNext('read');
    const slower = login(cookie).then((answer) => answer);
    await reached;
    const second = deviceCookieOf(await login(cookie));
    const third = deviceCookieOf(await login(second));
    letGo();
    const late = await slower;
    expect(late.body.info.code).toBe('trusted_device');
    expect(deviceCookieOf(late)).toBeUndefined();
    clock.advance(hour);
    expect((await login(third)).body.info.code).toBe('trusted_device');
  });

  it('hand out nothing before the first of them is written: its successor would be outdated', async () => {
    const clock = stopClock();
    const { memory, holdNext } = await watchedMemory();
    const { trusted, login } = await startAppWithDevices({ memory });
    const cookie = await trusted();
    const { reached, letGo } = holdNext('write');
    const slower = login(cookie).then((answer) => answer);
    await reached;
    const faster = await login(cookie);
    expect(faster.body.info.code).toBe('trusted_device');
    expect(deviceCookieOf(faster)).toBeUndefined();
    letGo();
    const next = deviceCookieOf(await slower);
    clock.advance(hour);
    for (const kept of [cookie, next]) {
      expect((await login(kept)).body.info.code).toBe('trusted_device');
    }
  });
});

describe('F27: an answer that is lost', () => {
  it('because the connection broke costs no SMS the next time', async () => {
    const { memory, holdNext } = await watchedMemory();
    const { trusted, login, emulator, app } = await startAppWithDevices({ memory });
    const cookie = await trusted();
    const { port } = await listen(createServer(app));
    const { reached, letGo } = holdNext('write');
    const headers = { cookie, 'content-type': 'application/json' };
    const broken = startRequest(`http://127.0.0.1:${port}/login`, { method: 'POST', headers });
    broken.on('error', () => undefined);
    broken.end(JSON.stringify({ username: 'alice', password: 'right' }));
    await reached;
    broken.destroy();
    letGo();
    expect((await login(cookie)).body.info.code).toBe('trusted_device');
    expect(emulator.messages).toHaveLength(1);
  });

  it('because the app failed after the device was admitted costs no SMS either', async () => {
    let fails = true;
    const events = listenToEvents();
    const clock = stopClock();
    const { trusted, login, emulator } = await startAppWithDevices({
      routes: ({ app, passport, password, strategy: { name } }) => {
        app.post('/flaky', password, passport.authenticate(name), (_req, res) => {
          if (fails) throw new Error('The page cannot be shown');
          res.json('the page');
        });
      },
    });
    const cookie = await trusted();
    expect((await login(cookie, 'alice', '/flaky')).status).toBe(500);
    fails = false;
    clock.advance(hour);
    expect((await login(cookie, 'alice', '/flaky')).body).toBe('the page');
    expect(emulator.messages).toHaveLength(1);
    expect(events.filter(isTheft)).toEqual([]);
  });
});

function isTheft(event: unknown): boolean {
  return Reflect.get(Object(event), 'name') === 'device_token_reused';
}

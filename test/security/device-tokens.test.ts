import { createServer, request as startRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { hour, second, stopClock } from '../fixtures/clock.js';
import { deviceCookieOf, startAppWithDevices, watchedMemory } from '../fixtures/devices.js';
import { listenToEvents } from '../fixtures/events.js';
import { listen } from '../fixtures/listen.js';

/** A login: its token, its result, and the token that it issues. Tokens are named in the order of issue. */
type Step = readonly [token: string, result: 'trusted' | 'code' | 'reuse', issued?: string];

/** The token that a browser gets when it is trusted. */
const first = 'a';

describe('F27: the token of a trusted device', () => {
  it.each<[string, readonly Step[]]>([
    [
      'rotates with each login',
      [
        ['a', 'trusted', 'b'],
        ['b', 'trusted', 'c'],
        ['c', 'trusted', 'd'],
      ],
    ],
    [
      'may be repeated until its successor is used, because the response may be lost',
      [
        ['a', 'trusted', 'b'],
        ['a', 'trusted', 'c'],
        ['c', 'trusted', 'd'],
      ],
    ],
    [
      'may be repeated ten times a day',
      [
        ...'bcdefghijk'.split('').map((next) => ['a', 'trusted', next] as const),
        ['a', 'code'],
        // No reuse is reported: the newest token is still valid.
        ['k', 'trusted', 'l'],
      ],
    ],
    [
      'revokes the device if it is repeated after its successor was used',
      [
        ['a', 'trusted', 'b'],
        ['b', 'trusted', 'c'],
        ['a', 'reuse'],
        ['c', 'code'],
      ],
    ],
    [
      'has two successors if it was copied, and the first that is used invalidates the other',
      [
        ['a', 'trusted', 'b'],
        ['a', 'trusted', 'c'],
        ['b', 'trusted', 'd'],
        ['c', 'reuse'],
        ['d', 'code'],
      ],
    ],
    [
      'does not work in two browsers in turn if it was copied',
      [
        ['a', 'trusted', 'b'],
        ['a', 'trusted', 'c'],
        ['b', 'trusted', 'd'],
        ['d', 'trusted', 'e'],
        ['c', 'reuse'],
        ['e', 'code'],
      ],
    ],
  ])('%s', async (_what, steps) => {
    const clock = stopClock();
    const events = listenToEvents();
    const { trusted, login, emulator } = await startAppWithDevices();
    const tokens = new Map([[first, await trusted()]]);
    let texts = emulator.messages.length;
    let reuses = 0;
    for (const [token, result, issued] of steps) {
      clock.advance(11 * second);
      const answer = await login(tokens.get(token));
      if (issued !== undefined) tokens.set(issued, deviceCookieOf(answer) ?? '');
      else expect(deviceCookieOf(answer)).toBeUndefined();
      expect(answer.body.info?.code).toBe(result === 'trusted' ? 'trusted_device' : undefined);
      reuses += result === 'reuse' ? 1 : 0;
      expect(events.filter(isReuse)).toHaveLength(reuses);
      // The first login that needs a code sends an SMS; the next reuses its challenge.
      texts = result === 'trusted' ? texts : 2;
      expect(emulator.messages).toHaveLength(texts);
    }
  });

  it('is not reported as reused within ten seconds, because responses may arrive out of order', async () => {
    const clock = stopClock();
    const events = listenToEvents();
    const { trusted, login } = await startAppWithDevices();
    const outdated = await trusted();
    clock.advance(hour);
    const used = deviceCookieOf(await login(outdated));
    const newest = deviceCookieOf(await login(used)) ?? '';
    clock.advance(10 * second - 1);
    expect((await login(outdated)).body.code).toBe('challenge_sent');
    expect(events.filter(isReuse)).toEqual([]);
    expect((await login(newest)).body.info.code).toBe('trusted_device');
    clock.advance(10 * second);
    expect((await login(outdated)).body.code).toBe('challenge_sent');
    expect(events.filter(isReuse)).toEqual([
      {
        name: 'device_token_reused',
        owasp: 'authn_token_reuse',
        realm: 'users',
        userId: 1,
      },
    ]);
  });
});

describe('F27: concurrent logins from a trusted device', () => {
  it('are trusted up to ten times, and any cookie that the browser keeps remains valid', async () => {
    const clock = stopClock();
    const events = listenToEvents();
    const { trusted, login, emulator } = await startAppWithDevices();
    const cookie = await trusted();
    const answers = await Promise.all(Array.from({ length: 50 }, () => login(cookie)));
    const trustedLogins = answers.filter(({ body }) => body.info?.code === 'trusted_device');
    expect(trustedLogins).toHaveLength(10);
    expect(emulator.messages).toHaveLength(2);
    const kept = trustedLogins.map(deviceCookieOf).findLast((given) => given !== undefined);
    clock.advance(hour);
    expect((await login(kept)).body.info.code).toBe('trusted_device');
    expect(events.filter(isReuse)).toEqual([]);
  });

  it('cost no SMS after a double click, whichever response arrives last', async () => {
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
    expect(events.filter(isReuse)).toEqual([]);
  });

  it('rotate the token once: a late one invalidates nothing', async () => {
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

  it('issue no successor until the first of them is written', async () => {
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

describe('F27: a lost response', () => {
  it('costs no SMS at the next login if the connection broke', async () => {
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

  it('costs no SMS at the next login if a handler of the app failed', async () => {
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
    expect(events.filter(isReuse)).toEqual([]);
  });
});

function isReuse(event: unknown): boolean {
  return Reflect.get(Object(event), 'name') === 'device_token_reused';
}

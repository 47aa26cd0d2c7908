import { describe, expect, it } from 'vitest';
import { type AppOptions, startApp } from '../fixtures/app.js';
import { second, stopClock } from '../fixtures/clock.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { closedGate } from '../fixtures/gate.js';
import { beforeCounting, readableMemory, someMemory } from '../fixtures/memory.js';

type Version = string | number | Date | null;

/** An app whose users have a password that can change, and a thief who waits at the code page. */
async function startWithThief(options: AppOptions = {}) {
  const passwords: { version: Version } = { version: 1 };
  const seen: Date[] = [];
  const app = await startApp({
    ...options,
    strategy: { userVersion: () => Object({ version: passwords.version }).version },
    verify:
      (users) =>
      async ({ userId, firstFactorAt }) => {
        seen.push(firstFactorAt);
        return users.find(userId);
      },
  });
  const thief = app.browser();
  await thief.login();
  return { ...app, passwords, seen, thief, stolen: newestCode(app.emulator) };
}

describe('A40: a challenge from before a password change', () => {
  it('logs no one in after the change, and is used up', async () => {
    const { thief, passwords, stolen } = await startWithThief();
    passwords.version = 2;
    const codes = [(await thief.enter(stolen)).body.code, (await thief.enter(stolen)).body.code];
    expect(codes).toEqual(['user_changed', 'challenge_not_found']);
    expect((await thief.get('/me')).status).toBe(401);
  });

  it('is not reused by a login with the new password, which gets a code of its own', async () => {
    const { thief, passwords, browser, emulator } = await startWithThief();
    passwords.version = 2;
    const owner = browser();
    expect((await owner.login()).body.challenge.reused).toBe(false);
    expect(emulator.messages).toHaveLength(2);
    expect((await thief.enter(newestCode(emulator))).body.code).toBe('code_incorrect');
    expect((await owner.enter(newestCode(emulator))).status).toBe(200);
  });

  it.each<[Version, Version]>([
    [1, 1],
    [3, '3'],
    [new Date(0), new Date(0).toISOString()],
    [new Date(1000), '1970-01-01T00:00:01Z'],
    ['1970-01-01 00:00:01+00:00', new Date(1000)],
    [new Date(1000), 1000],
  ])('stays valid when %j is returned again as %j', async (before, after) => {
    const { passwords, browser, emulator } = await startWithThief();
    passwords.version = before;
    const bob = browser();
    await bob.login('bob');
    passwords.version = after;
    expect((await bob.enter(newestCode(emulator))).status).toBe(200);
  });

  it.each<[Version, Version]>([
    ['2026-99-99T00:00:00Z', '2026-98-98T00:00:00Z'],
    ['a', 'A'],
    [new Date(1000), new Date(1001)],
  ])('is void when %j has become %j', async (before, after) => {
    const { passwords, browser, emulator } = await startWithThief();
    passwords.version = before;
    const bob = browser();
    await bob.login('bob');
    passwords.version = after;
    expect((await bob.enter(newestCode(emulator))).body.code).toBe('user_changed');
  });

  it('passes the time of the first factor to the verify callback', async () => {
    const { thief, seen, stolen } = await startWithThief();
    const before = Date.now();
    await thief.enter(stolen);
    expect(seen.at(-1)?.getTime()).toBeLessThanOrEqual(before);
  });

  it.each([null, '', Number.NaN, new Date(Number.NaN)])(
    'is not created when userVersion returns %s, which is an error',
    async (version) => {
      const { passwords, browser, emulator } = await startWithThief();
      passwords.version = version;
      const sent = emulator.messages.length;
      const answer = await browser().login('bob');
      expect([answer.status, answer.body.code]).toEqual([500, 'user_unusable']);
      expect(answer.body.message).toContain('userVersion');
      expect(emulator.messages).toHaveLength(sent);
    },
  );
});

describe('A40: cancel(userId)', () => {
  it.each([1, '1'])(
    'voids the pending challenge of user %j, with no call to the provider',
    async (id) => {
      const { browser, emulator, strategy } = await startApp();
      const thief = browser();
      await thief.login();
      await strategy.cancel(id);
      expect((await thief.get('/login/code')).body).toBeNull();
      expect((await thief.enter(newestCode(emulator))).body.code).toBe('challenge_used');
      expect((await thief.resend()).body.code).toBe('challenge_not_found');
      expect(checks(emulator)).toBe(0);
    },
  );

  it('voids it for a resend too, and releases the send lock', async () => {
    const clock = stopClock();
    const { browser, emulator, strategy } = await startApp();
    const thief = browser();
    await thief.login();
    clock.advance(30 * second);
    await strategy.cancel(1);
    const codes = [(await thief.resend()).body.code, (await thief.resend()).body.code];
    expect(codes).toEqual(['challenge_used', 'challenge_used']);
    expect(emulator.messages).toHaveLength(1);
  });

  it("lets the user start again, but keeps another user's challenge", async () => {
    const { browser, emulator, strategy } = await startApp();
    const [thief, bob] = [browser(), browser()];
    await thief.login();
    const stolen = newestCode(emulator);
    await bob.login('bob');
    const forBob = newestCode(emulator);
    await strategy.cancel(1);
    expect((await bob.enter(forBob)).status).toBe(200);
    expect((await browser().login()).body.challenge.reused).toBe(false);
    expect((await thief.enter(stolen)).body.code).toBe('challenge_used');
  });

  it('voids a challenge without attempts, and one of a user whose id is a name', async () => {
    const { browser, emulator, strategy } = await startApp({
      strategy: { limits: { attemptsPerChallenge: 1 }, userId: (user) => Object(user).name },
    });
    const alice = browser();
    await alice.login();
    await alice.enter(wrongCodeFor(emulator));
    await strategy.cancel(Object({ id: 'alice' }).id);
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('challenge_used');
  });

  it('costs no attempt of the user', async () => {
    const { browser, emulator, strategy } = await startApp({
      strategy: { limits: { failuresPerUser: 1 } },
    });
    const alice = browser();
    await alice.login();
    await strategy.cancel(1);
    await alice.enter(wrongCodeFor(emulator));
    expect((await browser().login()).body.code).not.toBe('user_locked');
  });

  it('gives back no failure for a challenge without attempts', async () => {
    const { browser, emulator, strategy } = await startApp({
      strategy: { limits: { attemptsPerChallenge: 1, failuresPerUser: 2 } },
    });
    const thief = browser();
    await thief.login();
    await thief.enter(wrongCodeFor(emulator));
    await strategy.cancel(1);
    await thief.enter(wrongCodeFor(emulator));
    await thief.login();
    await thief.enter(wrongCodeFor(emulator));
    expect((await browser().login()).body.code).toBe('user_locked');
  });

  it('voids a code that is being checked at that moment', async () => {
    const afterTheYes = { act: () => {} };
    const memory = beforeCounting(await someMemory(), ':used', () => afterTheYes.act());
    const { browser, emulator, strategy } = await startApp({ strategy: memory });
    const thief = browser();
    await thief.login();
    afterTheYes.act = () => void strategy.cancel(1);
    const entered = await thief.enter(newestCode(emulator));
    expect(entered.body.code).toBe('challenge_used');
    expect((await thief.get('/me')).status).toBe(401);
  });
});

describe('unlock, cancel and forget', () => {
  it.each([undefined, null, {}, Number.NaN])('reject %s, which is not an id', async (id) => {
    const { strategy } = await startApp();
    for (const administer of ['unlock', 'cancel', 'forget'] as const) {
      await expect(strategy[administer](Object({ id }).id)).rejects.toMatchObject({
        code: 'user_unusable',
      });
    }
  });
});

describe('forget(userId)', () => {
  it.each([
    ['and answered', { reply: 'held' }, 'challenge_sent'],
    ['and whose answer is lost', { reply: 'lost', processed: true }, 'provider_outcome_unknown'],
  ] as const)(
    'erases a challenge that is being sent at that moment %s',
    async (_what, reply, code) => {
      const { kept, memory } = await readableMemory();
      const { browser, emulator, strategy } = await startApp({ strategy: memory });
      const held = closedGate();
      emulator.overrideNextReply({ path: '/challenges', ...reply, until: held.opened });
      const arrived = new Promise((resolve) => emulator.once('message', resolve));
      const alice = browser();
      const login = alice.login().then((answer) => answer);
      await arrived;
      await strategy.forget(1);
      held.open();
      expect((await login).body.code).toBe(code);
      expect(JSON.stringify([...kept.values()])).not.toContain('+64211111111');
      expect((await alice.enter(newestCode(emulator))).body.code).toBe('challenge_not_found');
    },
  );

  it('erases the number, the failures and the sends, and voids pending challenges', async () => {
    const { kept, memory } = await readableMemory();
    const { browser, emulator, strategy } = await startApp({
      strategy: { ...memory, limits: { failuresPerUser: 1 } },
    });
    const alice = browser();
    await alice.login();
    await alice.enter(wrongCodeFor(emulator));
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('user_locked');
    expect(JSON.stringify([...kept.values()])).toContain('+64211111111');
    await strategy.forget(1);
    expect(JSON.stringify([...kept.values()])).not.toContain('+64211111111');
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('challenge_not_found');
    expect([...kept.keys()].some((key) => /:(challenge|live|user-challenges):/.test(key))).toBe(
      false,
    );
  });
});

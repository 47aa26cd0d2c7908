import { describe, expect, it } from 'vitest';
import { type AppOptions, startApp } from '../fixtures/app.js';
import { second, stopClock } from '../fixtures/clock.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { beforeCounting, someMemory } from '../fixtures/memory.js';

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

describe('A40: a challenge that was asked for with the old password', () => {
  it('logs nobody in after the password has changed, and is used up', async () => {
    const { thief, passwords, stolen } = await startWithThief();
    passwords.version = 2;
    const codes = [(await thief.enter(stolen)).body.code, (await thief.enter(stolen)).body.code];
    expect(codes).toEqual(['user_changed', 'challenge_missing']);
    expect((await thief.get('/me')).status).toBe(401);
  });

  it('is not joined by a login with the new one, which gets a code of its own', async () => {
    const { thief, passwords, browser, emulator } = await startWithThief();
    passwords.version = 2;
    const owner = browser();
    expect((await owner.login()).body.challenge.reused).toBe(false);
    expect(emulator.messages).toHaveLength(2);
    expect((await thief.enter(newestCode(emulator))).body.code).toBe('code_rejected');
    expect((await owner.enter(newestCode(emulator))).status).toBe(200);
  });

  it('goes on where the password has not changed, also where that is told by a Date', async () => {
    const { thief, passwords, stolen, browser, emulator } = await startWithThief();
    expect((await thief.enter(stolen)).status).toBe(200);
    passwords.version = new Date(0);
    const again = browser();
    await again.login();
    passwords.version = new Date(0).toISOString();
    expect((await again.enter(newestCode(emulator))).status).toBe(200);
  });

  it('tells the verify callback when the first factor was passed', async () => {
    const { thief, seen, stolen } = await startWithThief();
    const before = Date.now();
    await thief.enter(stolen);
    expect(seen.at(-1)?.getTime()).toBeLessThanOrEqual(before);
  });

  it.each([null, '', Number.NaN, new Date(Number.NaN)])(
    'is an error where the app says %s of a user: nothing is sent',
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
    'voids what waits for a code of user %j, with no call to the provider',
    async (id) => {
      const { browser, emulator, strategy } = await startApp();
      const thief = browser();
      await thief.login();
      await strategy.cancel(id);
      expect((await thief.get('/login/code')).body).toBeNull();
      expect((await thief.enter(newestCode(emulator))).body.code).toBe('challenge_used');
      expect((await thief.resend()).body.code).toBe('challenge_missing');
      expect(checks(emulator)).toBe(0);
    },
  );

  it('voids it also for a resend, and gives the right to send back', async () => {
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

  it('lets the owner begin anew, and nobody else begin again', async () => {
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

describe('forget(userId)', () => {
  it('erases the number, the failures and the sends, and voids what waits', async () => {
    const kept = new Map<string, unknown>();
    const { limiter, store } = await someMemory();
    const { set, delete: remove } = store;
    Object.assign(store, {
      set: (key: string, value: string, ttl: number) => {
        kept.set(key, value);
        return set.call(store, key, value, ttl);
      },
      delete: (key: string) => {
        kept.delete(key);
        return remove.call(store, key);
      },
    });
    const { browser, emulator, strategy } = await startApp({
      strategy: { store, limiter, limits: { failuresPerUser: 1 } },
    });
    const alice = browser();
    await alice.login();
    await alice.enter(wrongCodeFor(emulator));
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('user_locked');
    expect(JSON.stringify([...kept.values()])).toContain('+64211111111');
    await strategy.forget(1);
    expect(JSON.stringify([...kept.values()])).not.toContain('+64211111111');
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('challenge_missing');
    expect([...kept.keys()].some((key) => /:(challenge|live|user-challenges):/.test(key))).toBe(
      false,
    );
  });
});

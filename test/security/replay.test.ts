import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../lib/storage/in-memory.js';
import { cookieOf, startApp } from '../fixtures/app.js';
import { minute, stopClock } from '../fixtures/clock.js';
import { checks, newestCode } from '../fixtures/emulator.js';
import { closedGate } from '../fixtures/gate.js';
import { someMemory } from '../fixtures/memory.js';

describe('A replay attack', () => {
  it('A2: logs in once with twenty parallel correct codes, in one session', async () => {
    const { browser, client, emulator } = await startApp({
      strategy: { limits: { attemptsPerChallenge: 20, failuresPerUser: 100 } },
    });
    const cookie = cookieOf(await browser().login()) ?? '';
    const code = newestCode(emulator);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        client().post('/login/code').set('Cookie', cookie).send({ code }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.code))).toEqual(
      new Set([undefined, 'challenge_used']),
    );
    expect(answers.filter((answer) => cookieOf(answer) !== undefined)).toHaveLength(1);
  });

  it('A2: counts no failure for a second correct code', async () => {
    const { store, limiter } = await someMemory();
    const [read, goOn] = [closedGate(), closedGate()];
    let slow = false;
    const get = async (key: string) => {
      const value = await store.get(key);
      if (slow && key.includes(':challenge:')) {
        slow = false;
        read.open();
        await goOn.opened;
      }
      return value;
    };
    const holding = Object.assign(new MemoryStore(), {
      get,
      set: (key: string, value: string, ttl: number) => store.set(key, value, ttl),
      delete: (key: string) => store.delete(key),
    });
    const { browser, client, emulator } = await startApp({
      strategy: { store: holding, limiter, limits: { failuresPerUser: 1 } },
    });
    const alice = browser();
    const cookie = cookieOf(await alice.login()) ?? '';
    const code = newestCode(emulator);
    slow = true;
    const second = client().post('/login/code').set('Cookie', cookie).send({ code });
    const answered = second.then(({ body }) => body.code);
    await read.opened;
    expect((await alice.enter(code)).status).toBe(200);
    goOn.open();
    expect(await answered).toBe('challenge_used');
    expect((await browser().login()).body.code).toBe('challenge_sent');
  });

  it('A3: is refused for a used code from the same session, with no call to the provider', async () => {
    const { browser, client, emulator } = await startApp();
    const cookie = cookieOf(await browser().login()) ?? '';
    const enter = () =>
      client()
        .post('/login/code')
        .set('Cookie', cookie)
        .send({ code: newestCode(emulator) });
    const first = await enter();
    expect(first.status).toBe(200);
    const replayed = await enter();
    expect(replayed.status).toBe(401);
    const again = await client()
      .post('/login/code')
      .set('Cookie', cookieOf(first) ?? '')
      .send({ code: newestCode(emulator) });
    expect(again.body.code).toBe('challenge_not_found');
    expect(checks(emulator)).toBe(1);
  });

  it('A3: is refused for a used code from another session with the challenge, with no call to the provider', async () => {
    const { browser, emulator } = await startApp();
    const first = browser();
    const second = browser();
    await first.login();
    await second.login();
    await first.enter(newestCode(emulator));
    const replayed = await second.enter(newestCode(emulator));
    expect(replayed.status).toBe(401);
    expect(replayed.body.code).toBe('challenge_used');
    expect((await second.get('/login/code')).body).toBeNull();
    expect(checks(emulator)).toBe(1);
  });

  it('A3: is refused for a used challenge even after its expiry', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const first = browser();
    const second = browser();
    await first.login();
    await second.login();
    await first.enter(newestCode(emulator));
    clock.advance(60 * minute);
    expect((await second.enter(newestCode(emulator))).body.code).toBe('challenge_used');
  });

  it('A17: is limited by the expiry: a code is accepted until the last millisecond before', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    clock.advance(5 * minute - 1);
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it("A17: is refused at the code's expiry, with no call to the provider", async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    clock.advance(5 * minute);
    const late = await alice.enter(newestCode(emulator));
    expect(late.status).toBe(401);
    expect(late.body.code).toBe('challenge_expired');
    expect(checks(emulator)).toBe(0);
  });

  it('F8: gains no time when the clock is set back', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    clock.advance(-2 * minute);
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('first_factor_expired');
    expect(checks(emulator)).toBe(0);
  });

  it('A28: is refused for a voided challenge from every session, even if a resend writes it again', async () => {
    const clock = stopClock();
    let payee = 'bakery';
    const { browser, emulator } = await startApp({ route: { transaction: () => payee } });
    const first = browser();
    const second = browser();
    await first.login();
    await second.login();
    clock.advance(minute);
    const gate = closedGate();
    emulator.overrideNextReply({ reply: 'held', until: gate.opened });
    const arrived = new Promise((resolve) => emulator.once('message', resolve));
    const resend = first.resend().then((answer) => answer);
    await arrived;
    payee = 'thief';
    expect((await first.enter(newestCode(emulator))).body.code).toBe('transaction_mismatch');
    gate.open();
    await resend;
    payee = 'bakery';
    expect((await second.enter(newestCode(emulator))).body.code).toBe('challenge_used');
    expect(checks(emulator)).toBe(0);
    clock.advance(minute);
    expect((await browser().login()).body.challenge.reused).toBe(false);
  });

  it('A28: is refused for a voided challenge with an earlier cookie', async () => {
    let payee = 'bakery';
    const { browser, client, emulator } = await startApp({ route: { transaction: () => payee } });
    const alice = browser();
    const cookie = cookieOf(await alice.login()) ?? '';
    payee = 'thief';
    await alice.enter(newestCode(emulator));
    payee = 'bakery';
    const enter = client().post('/login/code').set('Cookie', cookie);
    expect((await enter.send({ code: newestCode(emulator) })).status).toBe(401);
    expect(checks(emulator)).toBe(0);
  });
});

import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { second, stopClock } from '../fixtures/clock.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { closedGate } from '../fixtures/gate.js';
import { beforeCounting, failingMemory, readableMemory, someMemory } from '../fixtures/memory.js';

describe('F6: the store or the limiter is down', () => {
  it.each([
    ['get', 'store_failed'],
    ['set', 'store_failed'],
    ['limiter', 'limiter_failed'],
  ] as const)('%s: nothing is sent', async (operation, code) => {
    const { memory, failAlways } = await failingMemory();
    const { browser, emulator } = await startApp({ strategy: memory });
    failAlways(operation);
    const answer = await browser().login();
    expect(answer.status).toBe(500);
    expect(answer.body.code).toBe(code);
    expect(emulator.requests).toHaveLength(0);
  });

  it.each([
    ['get', 'store_failed'],
    ['limiter', 'limiter_failed'],
  ] as const)('%s: no code is checked', async (operation, code) => {
    const { memory, failAlways } = await failingMemory();
    const { browser, emulator } = await startApp({ strategy: memory });
    const alice = browser();
    await alice.login();
    failAlways(operation);
    expect((await alice.enter(newestCode(emulator))).body.code).toBe(code);
    expect(checks(emulator)).toBe(0);
  });

  it('F13: a correct code logs in even if a count cannot be given back', async () => {
    const { store, limiter } = await someMemory();
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const { browser, emulator } = await startApp({
      strategy: {
        store,
        limiter: (options) => {
          const real = limiter(options);
          if (!options.keyPrefix.endsWith(':unanswered-user')) return real;
          const reward = () => Promise.reject(new Error('This shard is down'));
          return Object.assign(Object.create(real), { reward, takeBack: reward });
        },
      },
    });
    const alice = browser();
    await alice.login();
    expect((await alice.enter(newestCode(emulator))).body.user.name).toBe('alice');
    expect(await warned).toMatchObject({ code: 'limiter_failed' });
  });

  it('delete: a correct code whose challenge cannot be deleted does not log in', async () => {
    const { memory, failAlways } = await failingMemory();
    const { browser, emulator } = await startApp({ strategy: memory });
    const alice = browser();
    await alice.login();
    failAlways('delete');
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('store_failed');
    expect((await alice.get('/me')).status).toBe(401);
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('challenge_used');
  });

  it('counting: a code that was not sent is not announced, and the next one is sent', async () => {
    let down = true;
    const memory = beforeCounting(await someMemory(), 'sends-user', () => {
      if (down) throw new Error('counting is down');
    });
    const { browser, emulator } = await startApp({ strategy: memory });
    expect((await browser().login()).body.code).toBe('limiter_failed');
    expect(emulator.requests).toHaveLength(0);
    down = false;
    expect((await browser().login()).body.challenge).toMatchObject({ reused: false });
    expect(emulator.messages).toHaveLength(1);
  });

  it('counting: a challenge that is written late is withdrawn all the same', async () => {
    const { memory, kept } = await readableMemory();
    const late = closedGate();
    const { set } = memory.store;
    Object.assign(memory.store, {
      set: async (key: string, value: string, ttl: number) => {
        if (key.includes(':challenge:')) await late.opened;
        return set(key, value, ttl);
      },
    });
    const counted = beforeCounting(memory, 'sends-user', () => {
      setTimeout(late.open, 20);
      throw new Error('counting is down');
    });
    const { browser } = await startApp({ strategy: counted });
    expect((await browser().login()).body.code).toBe('limiter_failed');
    await late.opened;
    await setImmediate();
    expect([...kept.keys()]).toEqual([]);
  });

  it('set: a challenge that could not be written is not counted', async () => {
    const { memory, failAlways, failNext } = await failingMemory();
    const { browser, emulator } = await startApp({
      strategy: { ...memory, limits: { sendsPerHour: 1 } },
    });
    failNext('set');
    expect((await browser().login()).body.code).toBe('store_failed');
    expect((await browser().login()).body.challenge).toMatchObject({ reused: false });
    expect(emulator.messages).toHaveLength(1);
    failAlways('set');
    expect((await browser().login('bob')).body.code).toBe('store_failed');
  });

  it('set: a challenge that other clients cannot find is an error, but its code works where it was requested', async () => {
    const { memory, failWriting } = await failingMemory();
    const { browser, emulator } = await startApp({ strategy: memory });
    failWriting(':live:');
    const alice = browser();
    expect((await alice.login()).body.code).toBe('store_failed');
    expect((await browser().login()).body.code).toBe('resend_too_soon');
    expect(emulator.messages).toHaveLength(1);
    expect((await alice.enter(newestCode(emulator))).body.user.name).toBe('alice');
  });

  it.each([':live:', ':user-challenges:'])(
    'set: a challenge whose %s could not be written at first is found by other clients',
    async (record) => {
      const { memory, failWriting } = await failingMemory();
      const { browser, emulator } = await startApp({ strategy: memory });
      failWriting(record, 1);
      expect((await browser().login()).body.code).toBe('challenge_sent');
      expect((await browser().login()).body.challenge).toMatchObject({ reused: true });
      expect(emulator.messages).toHaveLength(1);
    },
  );

  it.each([':live:', ':user-challenges:'])(
    'set: a message that was not sent is neither announced nor counted, even if %s could not be written',
    async (record) => {
      const { memory, failWriting } = await failingMemory();
      const { browser, emulator } = await startApp({
        strategy: { ...memory, limits: { sendsPerHour: 1 } },
      });
      const mend = failWriting(record);
      emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 401 });
      expect((await browser().login()).body.code).toBe('provider_credentials_refused');
      mend();
      expect((await browser().login()).body.challenge).toMatchObject({ reused: false });
      expect(emulator.messages).toHaveLength(1);
    },
  );

  it('set: a number that the provider refuses is refused as such, even if :live: could not be written', async () => {
    const { memory, failWriting } = await failingMemory();
    const sendErrorVerdicts = { invalid_attrib: 'number' } as const;
    const { browser, emulator } = await startApp({ strategy: { ...memory, sendErrorVerdicts } });
    failWriting(':live:');
    const body = '{"error":"invalid_attrib"}';
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 400, body });
    expect((await browser().login()).body.code).toBe('destination_unusable');
  });

  it.each([':live:', ':user-challenges:'])(
    'set: a message that may have been sent can be requested again, even if %s could not be written',
    async (record) => {
      const clock = stopClock();
      const { memory, failWriting } = await failingMemory();
      const { browser, emulator } = await startApp({
        strategy: { ...memory, limits: { unansweredSendsPerHour: 1 } },
      });
      const alice = browser();
      const mend = failWriting(record);
      emulator.overrideNextReply({ reply: 'lost', processed: true });
      expect((await alice.login()).status).toBe(504);
      mend();
      clock.advance(30 * second);
      expect((await alice.resend()).body.challenge).toMatchObject({ delivery: 'sent' });
    },
  );

  it.each([':challenge:', ':first-factor:'])(
    'set: a resend whose %s could not be written sends nothing, counts nothing and can be repeated',
    async (record) => {
      const clock = stopClock();
      const { memory, failWriting } = await failingMemory();
      const { browser, emulator } = await startApp({
        strategy: { ...memory, limits: { sendsPerHour: 2 } },
      });
      const alice = browser();
      await alice.login();
      clock.advance(30 * second);
      failWriting(record, 1);
      expect((await alice.resend()).body.code).toBe('store_failed');
      expect(emulator.messages).toHaveLength(1);
      expect((await browser().login()).body.challenge).toMatchObject({ delivery: 'sent' });
      expect((await alice.resend()).body.challenge).toMatchObject({ delivery: 'sent' });
      expect(emulator.messages).toHaveLength(2);
    },
  );

  it('delete: a message that was not sent is not announced, even if its challenge cannot be deleted', async () => {
    const { memory, failNext } = await failingMemory();
    const { browser, emulator } = await startApp({ strategy: memory });
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 401 });
    failNext('delete');
    expect((await browser().login()).body.code).toBe('store_failed');
    expect((await browser().login()).body.challenge).toMatchObject({ reused: false });
    expect(emulator.messages).toHaveLength(1);
  });

  it('delete: nor is it announced to a login that waits, because the provider throttles', async () => {
    const { memory, failNext } = await failingMemory();
    const { browser, emulator } = await startApp({ strategy: memory });
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 429 });
    failNext('delete');
    expect((await browser().login()).body.code).toBe('store_failed');
    expect((await browser().login()).body.code).toBe('resend_too_soon');
    expect(emulator.messages).toHaveLength(0);
  });

  it('set: neither a correct code nor the last wrong one waits for a record that the challenge is over', async () => {
    const { memory, failWriting } = await failingMemory();
    const strategy = { ...memory, limits: { attemptsPerChallenge: 1 } };
    const { browser, emulator } = await startApp({ strategy });
    failWriting(':closed:');
    const [alice, bob] = [browser(), browser()];
    await alice.login();
    const warned = new Promise((resolve) => process.once('warning', resolve));
    expect((await alice.enter(newestCode(emulator))).body.user.name).toBe('alice');
    expect(await warned).toMatchObject({ code: 'store_failed' });
    await bob.login('bob');
    expect((await bob.enter(wrongCodeFor(emulator))).body.code).toBe('code_incorrect');
  });

  it('an unreadable record is an error, not a missing one', async () => {
    const { memory } = await failingMemory();
    const { store, limiter } = memory;
    const { browser } = await startApp({
      strategy: { limiter, store: { ...store, get: () => '{"id":1}' } },
    });
    const answer = await browser().login();
    expect(answer.status).toBe(500);
    expect(answer.body.code).toBe('store_record_unreadable');
  });
});

describe('F13: one counter of several fails, as if a shard were down', () => {
  it('F13: correct codes that could not be counted cost no attempt and lock no user', async () => {
    let down = false;
    const memory = beforeCounting(await someMemory(), 'failures-in-a-row', () => {
      if (down) throw new Error('CLUSTERDOWN');
    });
    const { browser, emulator } = await startApp({
      strategy: { ...memory, limits: { attemptsPerChallenge: 1, failuresPerUser: 1 } },
    });
    const alice = browser();
    await alice.login();
    down = true;
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('limiter_failed');
    down = false;
    expect(checks(emulator)).toBe(0);
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it.each(['sends-destination', 'unanswered-user', 'sends-overall'])(
    'F13: messages that %s could not count use up none of the others',
    async (name) => {
      let down = true;
      const memory = beforeCounting(await someMemory(), name, () => {
        if (down) throw new Error('CLUSTERDOWN');
      });
      const { browser, emulator } = await startApp({
        strategy: { ...memory, limits: { sendsPerHour: 1, sendsPerHourTotal: 1 } },
      });
      expect((await browser().login()).body.code).toBe('limiter_failed');
      expect((await browser().login()).body.code).toBe('limiter_failed');
      down = false;
      expect((await browser().login()).body.code).toBe('challenge_sent');
      expect(emulator.messages).toHaveLength(1);
    },
  );

  it('F13: correct codes whose cancellation could not be read cost no attempt and lock no user', async () => {
    const { memory, failReading } = await failingMemory();
    const { browser, emulator } = await startApp({
      strategy: { ...memory, limits: { attemptsPerChallenge: 1, failuresPerUser: 1 } },
    });
    const alice = browser();
    await alice.login();
    const mend = failReading('user-epoch');
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('store_failed');
    mend();
    expect(checks(emulator)).toBe(0);
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it('F13: a resend whose lock cannot be read releases the send lock', async () => {
    const clock = stopClock();
    const memory = await someMemory();
    let down = false;
    const { browser, emulator } = await startApp({
      strategy: {
        ...memory,
        limiter: (options) => {
          const real = memory.limiter(options);
          const get = async (key: string) => {
            if (down && options.keyPrefix.endsWith('locked')) throw new Error('CLUSTERDOWN');
            return real.get(key);
          };
          return Object.assign(Object.create(real), { get });
        },
      },
    });
    const alice = browser();
    await alice.login();
    clock.advance(30 * second);
    down = true;
    expect((await alice.resend()).body.code).toBe('limiter_failed');
    down = false;
    expect((await alice.resend()).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(2);
  });
});

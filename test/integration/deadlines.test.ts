import { describe, expect, it } from 'vitest';
import { withDeadline } from '../../lib/timers.js';
import { startApp } from '../fixtures/app.js';
import { newestCode } from '../fixtures/emulator.js';

const never = () => new Promise<never>(() => {});

describe('F7: a callback of the app that never settles ends at its deadline', () => {
  it('destination, in phase one', async () => {
    const { browser, emulator } = await startApp({
      strategy: { destination: never, verifyTimeout: 50 },
    });
    const answer = await browser().login();
    expect(answer.status).toBe(500);
    expect(answer.body.code).toBe('verify_timed_out');
    expect(answer.body.message).toContain('"destination"');
    expect(emulator.requests).toHaveLength(0);
  });

  it('destination, after the code was accepted', async () => {
    let asked = 0;
    const { browser, emulator } = await startApp({
      strategy: {
        destination: async ({ mobile }) => {
          asked += 1;
          return asked > 1 ? never() : mobile;
        },
        verifyTimeout: 50,
      },
    });
    const alice = browser();
    await alice.login();
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('verify_timed_out');
    expect((await alice.get('/me')).status).toBe(401);
  });

  it('transaction', async () => {
    const { browser } = await startApp({
      strategy: { verifyTimeout: 50 },
      route: { transaction: never },
    });
    expect((await browser().login()).body.message).toContain('"transaction"');
  });

  it('the destination of an enrolment', async () => {
    const { client } = await startApp({
      strategy: { verifyTimeout: 50 },
      routes: ({ app, passport, password }) => {
        const route = { purpose: 'enrol', destination: never } as const;
        app.post('/enrol', password, passport.authorize('modica-2fa', route));
      },
    });
    const answer = await client().post('/enrol').send({ username: 'alice', password: 'right' });
    expect(answer.body.code).toBe('verify_timed_out');
    expect(answer.body.message).toContain('"destination"');
  });
});

describe('A deadline', () => {
  it('passes on a result or an error in time', async () => {
    const late = () => new Error('late');
    expect(await withDeadline(1000, () => 1, late)).toBe(1);
    expect(await withDeadline(1000, async () => 2, late)).toBe(2);
    const broken = withDeadline(1000, () => Promise.reject(new Error('broken')), late);
    await expect(broken).rejects.toThrow('broken');
    await expect(withDeadline(20, never, late)).rejects.toThrow('late');
  });
});

describe('An error of the app in an action', () => {
  it('ends in a 500, without a second action or a crash', async () => {
    let called = 0;
    const { client, emulator } = await startApp({
      routes: ({ app, passport, password }) => {
        app.post('/throws', password, (req, res, next) => {
          const callback = () => {
            called += 1;
            throw new Error('thrown in the callback');
          };
          passport.authenticate('modica-2fa', callback)(req, res, next);
        });
      },
    });
    const answer = await client().post('/throws').send({ username: 'alice', password: 'right' });
    expect(answer.status).toBe(500);
    expect(answer.body.message).toBe('thrown in the callback');
    expect(called).toBe(1);
    expect(emulator.messages).toHaveLength(1);
  });
});

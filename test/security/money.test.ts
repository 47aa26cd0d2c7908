import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { type App, type Browser, startApp } from '../fixtures/app.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { startAppWithPurposes } from '../fixtures/purposes.js';

/** Logs in with the right code and out again; what came of asking for the code. */
async function logInAndOut(browser: Browser, { emulator }: Pick<App, 'emulator'>, name?: string) {
  const { body } = await browser.login(name);
  if (body.code !== 'challenge_sent') return body.code;
  const { status } = await browser.enter(newestCode(emulator));
  await browser.post('/logout');
  return status;
}

describe('A20: while the correct codes are entered', () => {
  it('A20: a shift worker logs in and out twenty times an hour, and not more often', async () => {
    const app = await startApp();
    const alice = app.browser();
    for (let login = 0; login < 20; login += 1) expect(await logInAndOut(alice, app)).toBe(200);
    expect(await logInAndOut(alice, app)).toBe('send_limit_reached');
  });

  it('A20: a login and ten payments, and then a login elsewhere', async () => {
    const app = await startApp({
      routes: ({ app: express, passport, loggedIn, answerUser }) => {
        const transaction = ({ params }: Request) => ({ payment: String(params['id']) });
        const pay = passport.authorize('modica-2fa', {
          purpose: 'step-up',
          failWithError: true,
          transaction,
        });
        express.post('/pay/:id', loggedIn, pay, answerUser);
      },
    });
    const alice = app.browser();
    await alice.login();
    await alice.enter(newestCode(app.emulator));
    for (let payment = 0; payment < 10; payment += 1) {
      expect((await alice.post(`/pay/${payment}`)).body.code).toBe('challenge_sent');
      const code = newestCode(app.emulator);
      expect((await alice.post(`/pay/${payment}`, { code })).status).toBe(200);
    }
    expect((await app.browser().login()).body.code).toBe('challenge_sent');
  });

  it('A20: six people share one telephone', async () => {
    const app = await startApp();
    for (let id = 10; id < 16; id += 1) {
      app.users.all.push({ id, name: `user${id}`, mobile: '+64213333333' });
      expect(await logInAndOut(app.browser(), app, `user${id}`)).toBe(200);
    }
  });

  it('A20: a correct code after two resends gives back all three messages', async () => {
    const clock = stopClock();
    const app = await startApp({ strategy: { limits: { unansweredSendsPerHour: 3 } } });
    const alice = app.browser();
    await alice.login();
    for (let resend = 0; resend < 2; resend += 1) {
      clock.advance(30 * second);
      expect((await alice.resend()).body.code).toBe('challenge_sent');
    }
    await alice.enter(newestCode(app.emulator));
    await alice.post('/logout');
    for (let login = 0; login < 2; login += 1) expect(await logInAndOut(alice, app)).toBe(200);
  });
});

describe('A20: without correct codes', () => {
  it('A20: five messages are sent in an hour, even with incorrect codes', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    for (let login = 0; login < 7; login += 1) {
      const alice = browser();
      await alice.login();
      if (login === 0) await alice.enter(wrongCodeFor(emulator));
      clock.advance(6 * minute);
    }
    expect(emulator.messages).toHaveLength(5);
  });

  it('A6: a success gives back nothing that was sent to another number', async () => {
    const clock = stopClock();
    const { emulator, logIn, seen } = await startAppWithPurposes();
    const bob = await logIn('bob');
    const strangers = '+64217777777';
    for (let hour = 0; hour < 8; hour += 1) {
      seen.newNumber = strangers;
      await bob.post('/enrol');
      seen.newNumber = '+64212222223';
      await bob.post('/enrol');
      await bob.post('/enrol', { code: newestCode(emulator, seen.newNumber) });
      clock.advance(6 * minute);
    }
    expect(emulator.messages.filter(({ to }) => to === strangers)).toHaveLength(5);
  });

  it('unlock also gives back the unanswered messages', async () => {
    const { browser, emulator, strategy, users } = await startApp({
      strategy: { limits: { unansweredSendsPerHour: 1 } },
    });
    await browser().login();
    users.alice.mobile = '+64213333333';
    expect((await browser().login()).body.code).toBe('send_limit_reached');
    await strategy.unlock(users.alice.id);
    expect((await browser().login()).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(2);
  });
});

describe("A37: guessing at another person's number while enrolling", () => {
  it('A37: does not profit from a success with an own number, which clears no failures there', async () => {
    const clock = stopClock();
    const { emulator, logIn, seen } = await startAppWithPurposes();
    const bob = await logIn('bob');
    const enrol = async (mobile: string, code?: string) => {
      seen.newNumber = mobile;
      return (await bob.post('/enrol', code === undefined ? {} : { code })).body;
    };
    const strangers = '+64217777777';
    const own = '+64212222223';
    let guesses = 0;
    const guess = async (times: number) => {
      await enrol(strangers);
      for (let time = 0; time < times; time += 1) {
        if ((await enrol(strangers, wrongCodeFor(emulator))).code === 'code_incorrect')
          guesses += 1;
      }
      clock.advance(31 * second);
    };
    await guess(5);
    await guess(4);
    await enrol(own);
    expect((await enrol(own, newestCode(emulator, own))).info.code).toBe('verified');
    clock.advance(31 * second);
    await guess(5);
    expect(guesses).toBe(10);
    expect(await enrol(strangers)).toMatchObject({ code: 'user_locked' });
  });
});

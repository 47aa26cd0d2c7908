import { describe, expect, it } from 'vitest';
import { recordSecondFactor, requireSecondFactor } from '../../lib/index.js';
import { startApp } from '../fixtures/app.js';
import { newestCode } from '../fixtures/emulator.js';

const newNumber = '+64213333333';

/** An app whose users may have no number yet, and prove one on the way to a guarded page. */
async function startEnrolling({ save = 'handler' }: { save?: 'handler' | 'verify' } = {}) {
  const parts = await startApp({
    strategy: { required: (user) => user.mobile !== null },
    verify:
      (users) =>
      async ({ userId, purpose, destination }) => {
        const user = users.find(userId);
        if (user && purpose === 'enrol' && save === 'verify') user.mobile = destination;
        return user;
      },
    routes: ({ app, passport, loggedIn, answerUser, users }) => {
      passport.transformAuthInfo(recordSecondFactor);
      const guard = requireSecondFactor({
        redirectTo: (request) => (request.user?.mobile ? '/confirm' : '/phone'),
      });
      app.get('/guarded', guard, answerUser);
      const enrol = {
        purpose: 'enrol',
        destination: () => newNumber,
        failWithError: true,
      } as const;
      app.post('/enrol', loggedIn, passport.authorize('modica-2fa', enrol), (request, response) => {
        const user = users.find(request.user?.id ?? 0);
        const info = request.authInfo;
        if (user && info && 'destination' in info) user.mobile = String(info.destination);
        response.json({ info });
      });
    },
  });
  parts.users.bob.mobile = null;
  const bob = parts.browser();
  await bob.login('bob');
  return { ...parts, bob };
}

describe('The first number of a user', () => {
  it.each(['handler', 'verify'] as const)(
    'counts as a second factor once it is proved, saved in the %s',
    async (save) => {
      const { bob, emulator, users } = await startEnrolling({ save });
      expect((await bob.get('/guarded')).headers['location']).toBe('/phone');
      await bob.post('/enrol');
      expect((await bob.get('/guarded')).status).toBe(303);
      const { body } = await bob.post('/enrol', { code: newestCode(emulator) });
      expect(body.info).toMatchObject({
        purpose: 'enrol',
        destination: newNumber,
        firstNumber: true,
      });
      expect(users.bob.mobile).toBe(newNumber);
      expect((await bob.get('/guarded')).status).toBe(200);
    },
  );

  it('is needed for the next login', async () => {
    const { bob, browser, emulator } = await startEnrolling();
    await bob.post('/enrol');
    await bob.post('/enrol', { code: newestCode(emulator) });
    expect((await browser().login('bob')).body.code).toBe('challenge_sent');
  });
});

describe('An enrolment does not count as a second factor', () => {
  it('of a user who had a number when the code was sent', async () => {
    const { bob, emulator, users } = await startEnrolling();
    users.bob.mobile = '+64212222222';
    await bob.post('/enrol');
    users.bob.mobile = null;
    const { body } = await bob.post('/enrol', { code: newestCode(emulator) });
    expect(body.info).not.toHaveProperty('firstNumber');
    expect((await bob.get('/guarded')).status).toBe(303);
  });

  it('of a user who has another number when the code is entered', async () => {
    const { bob, emulator, users } = await startEnrolling();
    await bob.post('/enrol');
    users.bob.mobile = '+64212222222';
    const { body } = await bob.post('/enrol', { code: newestCode(emulator) });
    expect(body.info).not.toHaveProperty('firstNumber');
    expect((await bob.get('/guarded')).headers['location']).toBe('/confirm');
  });

  it('of a user whose number cannot receive an SMS, because it is a number all the same', async () => {
    const { bob, emulator, users } = await startEnrolling();
    users.bob.mobile = 'unknown';
    await bob.post('/enrol');
    const { body } = await bob.post('/enrol', { code: newestCode(emulator) });
    expect(body.info).not.toHaveProperty('firstNumber');
    expect((await bob.get('/guarded')).status).toBe(303);
  });

  it('if the number cannot be read afterwards: no one is verified', async () => {
    let fails = false;
    const { browser, emulator, users } = await startApp({
      strategy: {
        required: () => false,
        destination: ({ mobile }) => {
          if (fails) throw new Error('database down');
          return mobile;
        },
      },
      routes: ({ app, passport, answerUser }) => {
        const enrol = {
          purpose: 'enrol',
          destination: () => newNumber,
          failWithError: true,
        } as const;
        app.post('/enrol', passport.authorize('modica-2fa', enrol), answerUser);
      },
    });
    users.bob.mobile = null;
    const bob = browser();
    await bob.login('bob');
    await bob.post('/enrol');
    const code = newestCode(emulator);
    fails = true;
    expect((await bob.post('/enrol', { code })).status).toBe(500);
  });
});

import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { newestCode } from '../fixtures/emulator.js';

describe('A36: the number that an enrolment has proved', () => {
  it("is in the info, even if the app's destination has changed by then", async () => {
    const wanted = { number: '+64213333333' };
    const { browser, emulator } = await startApp({
      verify:
        (users) =>
        async ({ userId, purpose }) => {
          // Another tab saves another number between the yes of the provider and the handler.
          if (purpose === 'enrol') wanted.number = '+64214444444';
          return users.find(userId);
        },
      routes: ({ app, passport, loggedIn }) => {
        const enrol = passport.authorize('modica-2fa', {
          purpose: 'enrol',
          destination: () => wanted.number,
          failWithError: true,
        });
        app.post('/enrol', loggedIn, enrol, (request, response) => {
          response.json({ info: request.authInfo, wanted: wanted.number });
        });
      },
    });
    const alice = browser();
    await alice.login();
    await alice.enter(newestCode(emulator));
    await alice.post('/enrol');
    const { body } = await alice.post('/enrol', { code: newestCode(emulator) });
    expect(body.info.destination).toBe('+64213333333');
    expect(body.wanted).toBe('+64214444444');
  });

  it('is in the info of an enrolment only', async () => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    const { body } = await alice.enter(newestCode(emulator));
    expect(body.info).not.toHaveProperty('destination');
  });
});

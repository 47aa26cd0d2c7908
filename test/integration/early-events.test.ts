import { describe, expect, it } from 'vitest';
import { type AppOptions, startApp } from '../fixtures/app.js';
import { newestCode } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';

/** Routes that refuse, or break, before there is anything to send or to check. */
const routes: AppOptions['routes'] = ({ app, passport, loggedIn }) => {
  const unpinned = passport.authenticate('modica-2fa', { failWithError: true });
  const payment = passport.authorize('modica-2fa', {
    purpose: 'step-up',
    failWithError: true,
    transaction: ({ body }) => ({ payee: String(body.payee) }),
  });
  app.post('/half', passport.authenticate('local'), unpinned);
  app.get('/asks', unpinned);
  app.post('/payments', loggedIn, payment);
  app.post('/open', passport.authorize('modica-2fa', { purpose: 'step-up', failWithError: true }));
};

describe('What is refused before there is a phase is an event as well', () => {
  it('half a login, with its user', async () => {
    const { browser } = await startApp({ routes });
    const heard = listenToEvents();
    await browser().post('/half', { username: 'alice', password: 'right' });
    expect(heard).toMatchObject([
      { name: 'failed', code: 'first_factor_logged_in', userId: 1, purpose: 'login' },
    ]);
  });

  it('a code that a GET asks for', async () => {
    const { client } = await startApp({ routes });
    const heard = listenToEvents();
    await client().get('/asks');
    expect(heard).toMatchObject([
      { name: 'challenge_refused', code: 'method_not_allowed', userId: undefined },
    ]);
  });

  it('a step-up without a login', async () => {
    const { client } = await startApp({ routes });
    const heard = listenToEvents();
    await client().post('/open').send({ code: '123456' });
    expect(heard).toMatchObject([
      { name: 'code_refused', code: 'first_factor_required', purpose: 'step-up' },
    ]);
  });

  it('a transaction that cannot be shown, with its user and nothing of its values', async () => {
    const { browser, emulator } = await startApp({ routes });
    const alice = browser();
    await alice.login();
    await alice.enter(newestCode(emulator));
    const heard = listenToEvents();
    await alice.post('/payments', { payee: 'canary\u200b' });
    expect(heard).toMatchObject([
      { name: 'challenge_refused', code: 'transaction_unusable', userId: 1 },
    ]);
    expect(JSON.stringify(heard)).not.toContain('canary');
  });

  it('a user without an id, of whom none can be named', async () => {
    const { browser } = await startApp({ routes, strategy: { userId: () => Number.NaN } });
    const heard = listenToEvents();
    await browser().login();
    expect(heard).toMatchObject([{ name: 'failed', code: 'user_unusable', userId: undefined }]);
  });

  it('and is refused all the same where no one listens', async () => {
    const { client } = await startApp({ routes });
    expect((await client().get('/asks')).status).toBe(405);
  });
});

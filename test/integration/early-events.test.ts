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

describe('A refusal before a phase publishes an event', () => {
  it('for an early login, with its user', async () => {
    const { browser } = await startApp({ routes });
    const heard = listenToEvents();
    await browser().post('/half', { username: 'alice', password: 'right' });
    expect(heard).toMatchObject([
      { name: 'failed', code: 'first_factor_logged_in', userId: 1, purpose: 'login' },
    ]);
  });

  it('for a code requested with a GET', async () => {
    const { client } = await startApp({ routes });
    const heard = listenToEvents();
    await client().get('/asks');
    expect(heard).toMatchObject([
      { name: 'challenge_refused', code: 'method_not_allowed', userId: undefined },
    ]);
  });

  it('for a step-up without a login', async () => {
    const { client } = await startApp({ routes });
    const heard = listenToEvents();
    await client().post('/open').send({ code: '123456' });
    expect(heard).toMatchObject([
      { name: 'code_refused', code: 'first_factor_required', purpose: 'step-up' },
    ]);
  });

  it('for a transaction that cannot be shown, with its user but without its values', async () => {
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

  it('for a user without an id, without a user id', async () => {
    const { browser } = await startApp({ routes, strategy: { userId: () => Number.NaN } });
    const heard = listenToEvents();
    await browser().login();
    expect(heard).toMatchObject([{ name: 'failed', code: 'user_unusable', userId: undefined }]);
  });

  it('and is the same without subscribers', async () => {
    const { client } = await startApp({ routes });
    expect((await client().get('/asks')).status).toBe(405);
  });
});

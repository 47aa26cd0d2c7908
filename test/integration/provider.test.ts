import { describe, expect, it } from 'vitest';
import { inMemory, type Provider, TwoFactorStrategy } from '../../lib/index.js';
import { startApp } from '../fixtures/app.js';

/** A login through a provider of the app's own. */
async function logInThrough(answers: { send?: unknown; check?: unknown }) {
  const provider: Provider = {
    name: 'own',
    codeForm: /^\d{6}$/,
    lifetime: 300_000,
    timeout: 1000,
    send: async () => Object(answers.send ?? { kind: 'sent', reference: 'r', lifetime: 60_000 }),
    check: async () => Object({ verdict: answers.check }),
  };
  const parts = await startApp({
    routes: ({ app, passport, password, answerUser }) => {
      const route = { failWithError: true };
      app.post('/own', password, passport.authenticate('own', route), answerUser);
      app.post(
        '/own/code',
        passport.authenticate('own', { ...route, phase: 'response' }),
        answerUser,
      );
    },
  });
  parts.passport.use(
    new TwoFactorStrategy<Express.User>(
      { ...inMemory(), name: 'own', provider, destination: (user) => user.mobile },
      async ({ userId }) => parts.users.find(userId),
    ),
  );
  const alice = parts.browser();
  const asked = await alice.post('/own', { username: 'alice', password: 'right' });
  const answered = await alice.post('/own/code', { code: '123456' });
  return { asked, answered, alice };
}

describe('A provider of your own', () => {
  it('sends and checks the codes', async () => {
    const { asked, answered } = await logInThrough({ check: 'accepted' });
    expect(asked.body.code).toBe('challenge_sent');
    expect(answered.body.user.name).toBe('alice');
  });

  it.each(['maybe', true, { accepted: true }, undefined, null, 'Accepted'])(
    'A9: whose verdict is %j logs nobody in',
    async (check) => {
      const { answered, alice } = await logInThrough({ check });
      expect(answered.status).toBe(500);
      expect((await alice.get('/me')).status).toBe(401);
    },
  );

  it('whose answer to a message is not known is an error', async () => {
    const { asked } = await logInThrough({ send: { kind: 'perhaps' } });
    expect(asked.status).toBe(500);
  });
});

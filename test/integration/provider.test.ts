import { describe, expect, it } from 'vitest';
import { inMemory, type Provider, TwoFactorStrategy } from '../../lib/index.js';
import { startApp } from '../fixtures/app.js';
import { minute, stopClock } from '../fixtures/clock.js';

/** A login through a provider of the app's own. */
async function logInThrough(answers: {
  send?: unknown;
  check?: unknown;
  attemptsRemaining?: number;
  conclude?: Provider['conclude'];
}) {
  const provider: Provider = {
    name: 'own',
    codeForm: /^\d{6}$/,
    lifetime: 300_000,
    timeout: 1000,
    send: async () => Object(answers.send ?? { kind: 'sent', reference: 'r', lifetime: 60_000 }),
    check: async () =>
      Object({ verdict: answers.check, attemptsRemaining: answers.attemptsRemaining }),
    ...(answers.conclude && { conclude: answers.conclude }),
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

  it.each([
    [2, 2],
    [9, 4],
  ])('that allows %i more attempts has the say where that is less: %i', async (theirs, left) => {
    const { answered } = await logInThrough({ check: 'rejected', attemptsRemaining: theirs });
    expect(answered.body).toMatchObject({
      code: 'code_rejected',
      attemptsRemaining: left,
      challenge: { attemptsRemaining: left },
    });
  });

  it('is told that its code was used, or expired unused', async () => {
    const clock = stopClock();
    const told: unknown[] = [];
    const conclude = (...ended: unknown[]) => void told.push(ended);
    await logInThrough({ check: 'accepted', conclude });
    expect(told).toEqual([['r', true]]);
    const { alice } = await logInThrough({ check: 'rejected', conclude });
    expect(told).toHaveLength(1);
    clock.advance(minute);
    expect((await alice.post('/own/code', { code: '123456' })).body.code).toBe('challenge_expired');
    expect(told).toEqual([
      ['r', true],
      ['r', false],
    ]);
  });

  it('whose answer to a message is not known is an error', async () => {
    const { asked } = await logInThrough({ send: { kind: 'perhaps' } });
    expect(asked.status).toBe(500);
  });
});

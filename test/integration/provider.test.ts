import { describe, expect, it } from 'vitest';
import { ProviderCredentialsError } from '../../lib/errors.js';
import { inMemory, type Limits, type Provider, TwoFactorStrategy } from '../../lib/index.js';
import { startApp } from '../fixtures/app.js';
import { minute, stopClock } from '../fixtures/clock.js';
import { closedGate } from '../fixtures/gate.js';

const alicesPassword = { username: 'alice', password: 'right' };

/** An app with a custom provider, which sends everything and otherwise behaves as configured. */
async function startWith(told: Partial<Provider>, limits: Limits = {}) {
  let sent = 0;
  const provider: Provider = {
    name: 'own',
    codePattern: /^\d{6}$/,
    codeLifetime: 300,
    timeout: 1000,
    send: async () => {
      sent += 1;
      return { kind: 'sent', reference: `r${sent}`, codeLifetime: 60 };
    },
    check: async () => ({ verdict: 'rejected' }),
    ...told,
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
      { ...inMemory(), name: 'own', provider, limits, destination: (user) => user.mobile },
      async ({ userId }) => parts.users.find(userId),
    ),
  );
  const logIn = async () => {
    const browser = parts.browser();
    return { browser, asked: await browser.post('/own', alicesPassword) };
  };
  return { logIn };
}

/** A login through a provider of the app's own. */
async function logInThrough(answers: {
  send?: unknown;
  check?: unknown;
  attemptsRemaining?: number;
  reportOutcome?: Provider['reportOutcome'];
}) {
  const { check: verdict, attemptsRemaining, reportOutcome, send } = answers;
  const { logIn } = await startWith({
    ...(send === undefined ? {} : { send: async () => Object(send) }),
    check: async () => Object({ verdict, attemptsRemaining }),
    ...(reportOutcome && { reportOutcome }),
  });
  const { browser: alice, asked } = await logIn();
  const answered = await alice.post('/own/code', { code: '123456' });
  return { asked, answered, alice };
}

describe('F16: a provider that refuses a request but not the number', () => {
  const unmapped = { kind: 'not_sent', word: 'broadcast_limit', requestId: 'r-1' } as const;

  it('F16: causes a message that no code could be sent, at no cost for the user', async () => {
    let refusing = true;
    const { logIn } = await startWith(
      {
        send: async () =>
          refusing ? unmapped : { kind: 'sent', reference: 'r', codeLifetime: 60 },
      },
      { sendsPerHour: 1, sendsPerHourTotal: 1 },
    );
    for (let tried = 0; tried < 3; tried += 1) {
      const { asked, browser } = await logIn();
      expect(asked.status).toBe(503);
      expect(asked.body).toEqual({
        code: 'code_not_sent',
        message: 'We could not send a code. Please try again later.',
      });
      expect((await browser.post('/own/code', { code: '123456' })).body.code).toBe(
        'challenge_not_found',
      );
    }
    refusing = false;
    expect((await logIn()).asked.body.challenge).toMatchObject({ reused: false });
  });

  it("F16: because of its account locks no one and uses up no one's messages", async () => {
    let refusing = true;
    const { logIn } = await startWith(
      {
        send: async () => {
          if (!refusing) return { kind: 'sent', reference: 'r', codeLifetime: 60 };
          throw new ProviderCredentialsError({ problem: 'No credit.', hint: 'Top up.' });
        },
      },
      { sendsPerHour: 1, sendsPerHourTotal: 1 },
    );
    for (let tried = 0; tried < 3; tried += 1) expect((await logIn()).asked.status).toBe(500);
    refusing = false;
    expect((await logIn()).asked.body.challenge).toMatchObject({ reused: false });
  });

  it('F16: leaves the previous code valid when it refuses a resend', async () => {
    const clock = stopClock();
    let sent = 0;
    const { logIn } = await startWith({
      send: async () => {
        sent += 1;
        return sent > 1 ? unmapped : { kind: 'sent', reference: 'r', codeLifetime: 60 };
      },
      check: async () => ({ verdict: 'accepted' }),
    });
    const { browser } = await logIn();
    clock.advance(31_000);
    expect((await browser.post('/own/code', { resend: true })).body.code).toBe('code_not_sent');
    expect((await browser.post('/own/code', { code: '123456' })).status).toBe(200);
  });
});

describe('A custom provider', () => {
  it('sends and checks the codes', async () => {
    const { asked, answered } = await logInThrough({ check: 'accepted' });
    expect(asked.body.code).toBe('challenge_sent');
    expect(answered.body.user.name).toBe('alice');
  });

  it.each(['maybe', true, { accepted: true }, undefined, null, 'Accepted'])(
    'A9: logs no one in with the verdict %j',
    async (check) => {
      const { answered, alice } = await logInThrough({ check });
      expect(answered.status).toBe(502);
      expect((await alice.get('/me')).status).toBe(401);
    },
  );

  it.each([
    [2, 2],
    [9, 4],
  ])('that allows %i more attempts lowers the attempts left to %i', async (theirs, left) => {
    const { answered } = await logInThrough({ check: 'rejected', attemptsRemaining: theirs });
    expect(answered.body).toMatchObject({
      code: 'code_incorrect',
      attemptsRemaining: left,
      challenge: { attemptsRemaining: left },
    });
  });

  it.each(['exhausted', 'used', 'expired'] as const)(
    'that calls a just accepted code %s does not lock the user for a double click',
    async (verdict) => {
      const bothAreThere = closedGate();
      const oneIsIn = closedGate();
      let calls = 0;
      const check: Provider['check'] = async () => {
        calls += 1;
        if (calls === 1) {
          await bothAreThere.opened;
          return { verdict: 'accepted' };
        }
        bothAreThere.open();
        await oneIsIn.opened;
        return { verdict };
      };
      const { logIn } = await startWith({ check }, { failuresPerUser: 2 });
      const [one, two] = [await logIn(), await logIn()];
      const enter = ({ browser }: typeof one) =>
        browser.post('/own/code', { code: '123456' }).then((answer) => answer);
      const answers = [enter(one), enter(two)];
      const first = await Promise.race(answers);
      expect(first.status).toBe(200);
      oneIsIn.open();
      const codes = (await Promise.all(answers)).map(({ body }) => body.code);
      expect(codes.filter((code) => code !== undefined)).toEqual(['challenge_used']);
      expect((await logIn()).asked.body.code).toBe('challenge_sent');
    },
  );

  it('is notified that its code was used, or expired unused', async () => {
    const clock = stopClock();
    const told: unknown[] = [];
    const reportOutcome = (...ended: unknown[]) => void told.push(ended);
    await logInThrough({ check: 'accepted', reportOutcome });
    expect(told).toEqual([['r1', true]]);
    const { alice } = await logInThrough({ check: 'rejected', reportOutcome });
    expect(told).toHaveLength(1);
    clock.advance(minute);
    expect((await alice.post('/own/code', { code: '123456' })).body.code).toBe('challenge_expired');
    expect(told).toEqual([
      ['r1', true],
      ['r1', false],
    ]);
  });

  it('with an unknown delivery kind causes an error', async () => {
    const { asked } = await logInThrough({ send: { kind: 'perhaps' } });
    expect(asked.status).toBe(502);
  });

  it('that sends without a codeLifetime causes an error with a challenge whose delivery is unknown', async () => {
    const { asked, alice } = await logInThrough({ send: { kind: 'sent', reference: 'r' } });
    expect(asked.status).toBe(502);
    expect((await alice.post('/own/code', { code: '123456' })).body.code).toBe('delivery_unknown');
  });
});

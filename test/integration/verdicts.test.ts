import { describe, expect, it } from 'vitest';
import { inMemory, TwoFactorStrategy } from '../../lib/index.js';
import { cookieOf, startApp } from '../fixtures/app.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';
import { closedGate } from '../fixtures/gate.js';

describe('An incorrect code', () => {
  it('is refused with the attempts left, beside the challenge and in it', async () => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    expect((await alice.enter(wrongCodeFor(emulator))).body).toMatchObject({
      code: 'code_incorrect',
      attemptsRemaining: 4,
      challenge: { destination: '•••••11', attemptsRemaining: 4 },
    });
  });

  it('leaves the same attempts in the refusal of an early resend', async () => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    await alice.enter(wrongCodeFor(emulator));
    expect((await alice.resend()).body).toMatchObject({
      code: 'resend_too_soon',
      challenge: { attemptsRemaining: 4 },
    });
  });

  it('is incorrect even if a correct one logs in while it is checked', async () => {
    const { browser, client, emulator } = await startApp();
    const alice = browser();
    const cookie = cookieOf(await alice.login()) ?? '';
    const held = closedGate();
    emulator.overrideNextReply({ path: '/responses', reply: 'held', until: held.opened });
    const guess = { code: wrongCodeFor(emulator) };
    const guessed = client().post('/login/code').set('Cookie', cookie).send(guess);
    const refused = guessed.then(({ body }) => body.code);
    await expect.poll(() => checks(emulator)).toBe(1);
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
    held.open();
    expect(await refused).toBe('code_incorrect');
  });

  it('leaves no attempts when the provider calls it the last one', async () => {
    const { browser, emulator } = await startApp({
      strategy: { errorVerdicts: { enough: 'exhausted' } },
    });
    const alice = browser();
    await alice.login();
    const body = '{"error":"enough"}';
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 400, body });
    const refused = await alice.enter(wrongCodeFor(emulator));
    expect(refused.body).toMatchObject({ code: 'too_many_attempts', attemptsRemaining: 0 });
  });
});

describe('A number that the provider refuses', () => {
  it('is reported to the operator, leaves no challenge, and can be retried at once', async () => {
    const heard = listenToEvents();
    const sendErrorVerdicts = { invalid_attrib: 'number' } as const;
    const { browser, emulator } = await startApp({ strategy: { sendErrorVerdicts } });
    const alice = browser();
    const body = '{"error":"invalid_attrib"}';
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 400, body });
    expect((await alice.login()).body.code).toBe('destination_unusable');
    expect(heard).toContainEqual(
      expect.objectContaining({
        name: 'destination_unusable',
        userId: 1,
        reason: 'refused_by_provider',
      }),
    );
    expect((await alice.login()).body).toMatchObject({
      code: 'challenge_sent',
      challenge: { reused: false },
    });
  });
});

describe('A code that the provider did not check', () => {
  it.each([401, 429])(
    'counts neither as a recent nor as a consecutive failure: %i',
    async (status) => {
      const { browser, emulator } = await startApp({
        strategy: { limits: { failuresPerUser: 1, consecutiveFailures: 1 } },
      });
      const alice = browser();
      await alice.login();
      emulator.overrideNextReply({
        path: '/responses',
        reply: 'replaced',
        processed: false,
        status,
      });
      await alice.enter(newestCode(emulator));
      expect((await alice.enter(newestCode(emulator))).status).toBe(200);
    },
  );
});

describe('A provider that violates its types', () => {
  /** An app whose provider is of its own. */
  const startWith = (answers: { send: object; check: unknown }) =>
    startApp({
      routes: ({ app, passport, password }) => {
        const strategy = new TwoFactorStrategy(
          {
            ...inMemory(),
            name: 'odd',
            destination: ({ mobile }) => mobile,
            provider: {
              name: 'odd',
              codePattern: /^\d{6}$/,
              codeLifetime: 300,
              timeout: 1000,
              send: async () => Object(answers.send),
              check: async () => Object({ verdict: answers.check }),
            },
          },
          async () => null,
        );
        passport.use(strategy);
        app.post('/odd', password, passport.authenticate('odd', { failWithError: true }));
        app.post('/odd/code', passport.authenticate('odd', { failWithError: true }));
      },
    });
  const credentials = { username: 'alice', password: 'right' };

  it('causes an error that quotes its verdict, and no login', async () => {
    const send = { kind: 'sent', reference: '1', codeLifetime: 300 };
    const alice = (await startWith({ send, check: 'perhaps' })).browser();
    await alice.post('/odd', credentials);
    const answer = await alice.post('/odd/code', { code: '123456' });
    expect(answer.status).toBe(502);
    expect(answer.body.message).toContain('perhaps');
  });

  it("causes an error that quotes the delivery's kind", async () => {
    const { client } = await startWith({ send: { kind: 'mislaid' }, check: 'accepted' });
    const answer = await client().post('/odd').send(credentials);
    expect(answer.status).toBe(502);
    expect(answer.body.message).toContain('mislaid');
  });
});

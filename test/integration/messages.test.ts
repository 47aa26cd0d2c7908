import { describe, expect, it, vi } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { minute, stopClock } from '../fixtures/clock.js';
import { newestCode } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';

type Options = Parameters<typeof startApp>[0];

/** The content that the API received for a login. */
async function contentSent(options: Options): Promise<string | undefined> {
  const { browser, emulator } = await startApp(options);
  await browser().login();
  return JSON.parse(emulator.requests.at(-1)?.body ?? '{}').content;
}

describe('The content of the SMS', () => {
  it("is the provider's own by default", async () => {
    expect(await contentSent({})).toBeUndefined();
  });

  it(`is the app's option "content"`, async () => {
    expect(await contentSent({ strategy: { content: 'Bank: %(code)s' } })).toBe('Bank: %(code)s');
  });

  it("is made by the app's function from the user, the language and the purpose", async () => {
    const content = await contentSent({
      strategy: {
        locale: 'es-DO',
        content: async ({ user, locale, purpose, transaction }) =>
          `${user.name} ${locale} ${purpose} ${transaction}: %(code)s`,
      },
    });
    expect(content).toBe('alice es login undefined: %(code)s');
  });

  it('is the same in a resend, which has no user', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp({
      strategy: { content: ({ user }) => `${user.name}: %(code)s` },
    });
    const alice = browser();
    await alice.login();
    clock.advance(minute);
    await alice.resend();
    expect(emulator.messages.map(({ text, code }) => text === `alice: ${code}`)).toEqual([
      true,
      true,
    ]);
  });

  it.each([
    ['in English', 'en', 'Your code is %(code)s. It approves: "bakery 12.50"'],
    ['in Spanish', 'es', 'Su clave es %(code)s. Con ella aprueba: "bakery 12.50"'],
  ])('shows the transaction by default: %s', async (_what, locale, text) => {
    const route = { transaction: () => 'bakery 12.50' };
    expect(await contentSent({ strategy: { locale }, route })).toBe(text);
  });

  it("shows the transaction even if the app's content is a fixed string", async () => {
    const content = await contentSent({
      strategy: { content: 'Bank: %(code)s' },
      route: { transaction: () => 'bakery 12.50' },
    });
    expect(content).toBe('Your code is %(code)s. It approves: "bakery 12.50"');
  });

  it('shows each value of the transaction by its name', async () => {
    const route = { transaction: () => ({ to: 'Bakery', amount: 12.5, urgent: true }) };
    expect(await contentSent({ route })).toBe(
      'Your code is %(code)s. It approves: amount 12.5, to "Bakery", urgent true',
    );
  });

  it("ends with the origin-bound line for the app's site only", async () => {
    const strategy = { originBoundTo: 'example.com' };
    expect(await contentSent({ strategy })).toBe(
      "Your code is %(code)s. Don't share it with anyone.\n\n@example.com #%(code)s",
    );
    expect(await contentSent({ strategy: { ...strategy, content: 'Bank: %(code)s' } })).toBe(
      'Bank: %(code)s\n\n@example.com #%(code)s',
    );
    const { browser, emulator } = await startApp({ strategy });
    await browser().login();
    expect(emulator.messages.at(-1)?.text.split('\n').at(-1)).toBe(
      `@example.com #${newestCode(emulator)}`,
    );
  });

  it.each([
    ['no place for the code', () => 'Your code'],
    ['a stray %', () => '100% %(code)s'],
    ['no text', () => Object(7).valueOf()],
    ['nothing', () => Object(undefined).nothing],
    ['a control character', () => '%(code)s\u0007'],
    ['a carriage return', () => '%(code)s\r\n'],
    ['a character that turns the writing round', () => '%(code)s \u202e'],
    ['a promise that fails', () => Promise.reject(new Error('no text'))],
  ])(
    'that cannot be sent ends in an error, without an SMS or a cooldown: %s',
    async (_what, content) => {
      const { browser, emulator, strategy } = await startApp({ strategy: { content } });
      const alice = browser();
      expect((await alice.login()).status).toBe(500);
      expect((await alice.login()).status).toBe(500);
      expect(emulator.requests).toHaveLength(0);
      expect(strategy.name).toBe('modica-2fa');
    },
  );

  it('that could not be made starts no cooldown: the next login sends one', async () => {
    const texts = ['no place for the code', '%(code)s'];
    const { browser, emulator } = await startApp({
      strategy: { content: () => texts.shift() ?? '' },
    });
    const alice = browser();
    expect((await alice.login()).status).toBe(500);
    expect((await alice.login()).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(1);
  });

  it('that is not made in time ends in an error', async () => {
    const { browser, emulator } = await startApp({
      strategy: { content: () => new Promise(() => {}), verifyTimeout: 20 },
    });
    const answer = await browser().login();
    expect(answer.body).toMatchObject({ code: 'verify_timed_out' });
    expect(answer.body.message).toContain('"content"');
    expect(emulator.requests).toHaveLength(0);
  });

  it('that needs more than one segment is reported and sent', async () => {
    const heard = listenToEvents();
    const strategy = { content: `%(code)s ${'x'.repeat(160)}` };
    expect(await contentSent({ strategy })).toBe(strategy.content);
    expect(heard).toContainEqual({ name: 'message_long', segments: 2, characterSet: 'GSM-7' });
  });

  it("is not measured if it is the provider's own", async () => {
    listenToEvents();
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
    await contentSent({});
    expect(warned).not.toHaveBeenCalled();
  });
});

describe('The message of a refusal', () => {
  it("is in the user's language, according to the app", async () => {
    const { browser, emulator } = await startApp({
      strategy: { locale: (request) => request.acceptsLanguages('en', 'es') },
    });
    const alice = browser();
    const login = alice.agent.post('/login').set('accept-language', 'es-DO,es;q=0.9,en;q=0.5');
    const asked = await login.send({ username: 'alice', password: 'right' });
    expect(asked.body).toMatchObject({
      code: 'challenge_sent',
      message: 'Le enviamos un código a su celular. Ingréselo para continuar.',
    });
    const wrong = alice.agent.post('/login/code').set('accept-language', 'es');
    expect((await wrong.send({ code: 'x' })).body.message).toBe(
      'Ingrese el código que aparece en el mensaje.',
    );
    const unknown = alice.agent.post('/login/code').set('accept-language', 'fr');
    expect((await unknown.send({ code: 'x' })).body.message).toMatch(/^Enter the code/);
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it("is the app's own, if it sets one", async () => {
    const { browser } = await startApp({
      strategy: { locale: 'de', messages: { de: { code_malformed: 'Kein Code.' } } },
    });
    expect((await browser().enter('x')).body.message).toBe('Kein Code.');
    expect((await browser().enter('123456')).body.message).toMatch(/^There is no code/);
  });

  it('takes one call of the locale callback per request', async () => {
    let calls = 0;
    const { browser } = await startApp({
      strategy: {
        locale: () => {
          calls += 1;
          return 'es';
        },
      },
    });
    const alice = browser();
    await alice.login();
    expect(calls).toBe(1);
    expect((await alice.enter('x')).body.message).toMatch(/^Ingrese el código/);
    expect(calls).toBe(2);
  });

  it('is an error when the locale callback throws, and no SMS is sent', async () => {
    const { browser, emulator } = await startApp({
      strategy: {
        locale: () => {
          throw new Error('no language');
        },
      },
    });
    expect((await browser().login()).status).toBe(500);
    expect(emulator.requests).toHaveLength(0);
  });
});

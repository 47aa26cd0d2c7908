import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { minute, stopClock } from '../fixtures/clock.js';
import { newestCode } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';

type Options = Parameters<typeof startApp>[0];

/** What the API was asked to send to somebody who logs in. */
async function contentSent(options: Options): Promise<string | undefined> {
  const { browser, emulator } = await startApp(options);
  await browser().login();
  return JSON.parse(emulator.requests.at(-1)?.body ?? '{}').content;
}

describe('The text of the SMS', () => {
  it("is the provider's own where the app sets nothing", async () => {
    expect(await contentSent({})).toBeUndefined();
  });

  it('is what the app set', async () => {
    expect(await contentSent({ strategy: { content: 'Bank: %(code)s' } })).toBe('Bank: %(code)s');
  });

  it('is made of the user, the language and the purpose, where the app gives a function', async () => {
    const content = await contentSent({
      strategy: {
        locale: 'es-DO',
        content: async ({ user, locale, purpose, transaction }) =>
          `${user.name} ${locale} ${purpose} ${transaction}: %(code)s`,
      },
    });
    expect(content).toBe('alice es login undefined: %(code)s');
  });

  it('says the same in a resend, which knows no user', async () => {
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
  ])(
    'shows what the code approves, where the app sets nothing: %s',
    async (_what, locale, text) => {
      const route = { transaction: () => 'bakery 12.50' };
      expect(await contentSent({ strategy: { locale }, route })).toBe(text);
    },
  );

  it('shows it also where the text of the app is a fixed one, which cannot', async () => {
    const content = await contentSent({
      strategy: { content: 'Bank: %(code)s' },
      route: { transaction: () => 'bakery 12.50' },
    });
    expect(content).toBe('Your code is %(code)s. It approves: "bakery 12.50"');
  });

  it('names the values that the code approves', async () => {
    const route = { transaction: () => ({ to: 'Bakery', amount: 12.5, urgent: true }) };
    expect(await contentSent({ route })).toBe(
      'Your code is %(code)s. It approves: amount 12.5, to "Bakery", urgent true',
    );
  });

  it('ends in the line that browsers look for, on the site of the app alone', async () => {
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
    'that cannot be sent is an error, and nobody is texted or kept waiting: %s',
    async (_what, content) => {
      const { browser, emulator, strategy } = await startApp({ strategy: { content } });
      const alice = browser();
      expect((await alice.login()).status).toBe(500);
      expect((await alice.login()).status).toBe(500);
      expect(emulator.requests).toHaveLength(0);
      expect(strategy.name).toBe('modica-2fa');
    },
  );

  it('that could not be made costs no cool-down: the next login is sent one', async () => {
    const texts = ['no place for the code', '%(code)s'];
    const { browser, emulator } = await startApp({
      strategy: { content: () => texts.shift() ?? '' },
    });
    const alice = browser();
    expect((await alice.login()).status).toBe(500);
    expect((await alice.login()).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(1);
  });

  it('that the app does not make in time is an error', async () => {
    const { browser, emulator } = await startApp({
      strategy: { content: () => new Promise(() => {}), verifyTimeout: 20 },
    });
    const answer = await browser().login();
    expect(answer.body).toMatchObject({ code: 'verify_timed_out' });
    expect(answer.body.message).toContain('"content"');
    expect(emulator.requests).toHaveLength(0);
  });

  it('that takes more than one message is told to the operator, and sent', async () => {
    const heard = listenToEvents();
    const strategy = { content: `%(code)s ${'x'.repeat(160)}` };
    expect(await contentSent({ strategy })).toBe(strategy.content);
    expect(heard).toContainEqual({ name: 'message_long', segments: 2, characterSet: 'GSM-7' });
  });
});

describe('What users read', () => {
  it('is in their language, as the app knows it', async () => {
    const { browser, emulator } = await startApp({
      strategy: { locale: (request) => request.acceptsLanguages('en', 'es') },
    });
    const alice = browser();
    const login = alice.agent.post('/login').set('accept-language', 'es-DO,es;q=0.9,en;q=0.5');
    const asked = await login.send({ username: 'alice', password: 'right' });
    expect(asked.body).toMatchObject({
      code: 'challenge_sent',
      message: 'Le hemos enviado un código a su celular. Ingréselo para continuar.',
    });
    const wrong = alice.agent.post('/login/code').set('accept-language', 'es');
    expect((await wrong.send({ code: 'x' })).body.message).toBe(
      'Ingrese el código que aparece en el mensaje.',
    );
    const unknown = alice.agent.post('/login/code').set('accept-language', 'fr');
    expect((await unknown.send({ code: 'x' })).body.message).toMatch(/^Enter the code/);
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it("is in the app's own words, where it gives any", async () => {
    const { browser } = await startApp({
      strategy: { locale: 'de', messages: { de: { code_malformed: 'Kein Code.' } } },
    });
    expect((await browser().enter('x')).body.message).toBe('Kein Code.');
    expect((await browser().enter('123456')).body.message).toMatch(/^There is no code/);
  });

  it('a language that throws is an error, and no SMS goes out', async () => {
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

import {
  createInfobipEmulator,
  createNexmoEmulator,
  type Message,
} from 'passport-modica-2fa/emulator';
import { InfobipClient } from 'passport-modica-2fa/infobip';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  demoMobile,
  demoMobileInTheUs,
  mobileOutOfReach,
} from '../../example-app/express/src/demonstration.js';
import { greeting } from '../../example-app/express/src/greeting.js';
import { providers, readSettings } from '../../example-app/express/src/settings.js';
import { second, stopClock } from '../fixtures/clock.js';
import { browserOf, noticeOf } from './browser-of.js';
import { type EnrolledUser, startAnyDemonstration, startExample } from './example.js';

const newUser = { username: 'kiri', password: 'correct horse', mobile: '+64219876543' };
const newUserInTheUs = { ...newUser, mobile: '+12125550187' };

const inSpanish = { 'Accept-Language': 'es' };

/** The example with its emulated phone, and somebody in front of it. */
async function start(provider: string, headers: Record<string, string> = {}) {
  const demo = await startAnyDemonstration({ PROVIDER: provider });
  return { ...demo, somebody: browserOf(demo, headers) };
}

async function startNexmo(headers?: Record<string, string>) {
  const { demonstration, ...demo } = await start('nexmo', headers);
  if (demonstration.name !== 'nexmo') throw new Error('Nexmo does not send here');
  const { emulator } = demonstration;
  const newestId = () => emulator.messages.at(-1)?.id ?? 'none';
  return { ...demo, emulator, newestId };
}

const textsOf = (messages: readonly Message[]) => messages.map(({ text }) => text);

describe.each(providers)('Where %s sends', (provider) => {
  it('a login takes password, SMS and code, and incorrect ones are refused', async () => {
    const { somebody, demonstration, newestCode, wrongCode, url } = await start(provider);

    const asked = await somebody.login().expect(401);
    expect(asked.body).toMatchObject({ code: 'challenge_sent', challenge: { delivery: 'sent' } });
    const code = newestCode();
    expect(code).toMatch(/^\d{6}$/);
    const text = `Your code is ${code}. Don't share it with anyone.\n\n@localhost #${code}`;
    const to = provider === 'nexmo' ? demoMobileInTheUs : demoMobile;
    const { body: handset } = await request(url).get('/handset.json').expect(200);
    expect(handset).toEqual([{ to, text, sentAt: expect.any(String) }]);
    const refused = await somebody.enter(wrongCode()).expect(401);
    expect(refused.body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: 4 });
    await somebody.enter(code).expect(200);
    await somebody.agent.get('/api/me').expect(200);
    expect(demonstration.emulator.messages).toHaveLength(1);
  });

  it('a code can be sent again, to the same number, and the newest one works', async () => {
    const clock = stopClock();
    const { somebody, demonstration, newestCode } = await start(provider);

    await somebody.login().expect(401);
    clock.advance(31 * second);
    await somebody.agent.post('/api/login/code').send({ resend: true }).expect(401);
    const [first, newest, ...more] = demonstration.emulator.messages;
    expect(newest?.to).toBe(first?.to);
    expect(more).toEqual([]);
    await somebody.enter(newestCode()).expect(200);
  });

  it("the SMS for a payment shows the payment, in the user's language", async () => {
    const { somebody, demonstration, newestCode } = await start(provider, inSpanish);
    await somebody.logIn();

    // biome-ignore lint/suspicious/noTemplateCurlyInString: so Nexmo's templates have it.
    const payee = 'Tienda {{pin}} ${pin}';
    await somebody.agent.post('/api/payments').send({ payee, amount: '12.50' }).expect(201);
    await somebody.agent.post('/api/payments/1/confirmation').send({}).expect(401);
    const code = newestCode();
    const text = textsOf(demonstration.emulator.messages).at(-1);
    expect(text).toContain(
      `Su clave es ${code}. Solo debe usarla para pagar 12.50 NZD, referencia 1, a Tienda `,
    );
    expect(text?.endsWith(`\n\n@localhost #${code}`)).toBe(true);
    // What a payee is called puts no code anywhere.
    expect(text?.split(code)).toHaveLength(3);
    const paid = await somebody.agent
      .post('/api/payments/1/confirmation')
      .send({ code })
      .expect(200);
    expect(paid.body.payment).toMatchObject({ id: 1, state: 'paid', amount: '12.50' });
  });

  it('the greeting names the emulated API', async () => {
    const { demonstration } = await start(provider);

    const told = greeting(3000, demonstration);
    expect(told.toLowerCase()).toContain(`an emulator of ${provider}'s api`);
    expect(told.includes(mobileOutOfReach)).toBe(provider === 'nexmo');
  });
});

describe('A call with the code', () => {
  it.each([
    {
      language: 'English',
      headers: {},
      button: 'Call me with the code',
      notice: 'We are calling your phone with a code.',
      line: 'We called with a code at',
    },
    {
      language: 'Spanish',
      headers: inSpanish,
      button: 'Recibir el código por llamada',
      notice: 'Le estamos llamando para darle un código.',
      line: 'Llamamos con un código al',
    },
  ])('is on offer with Infobip, and repeats the code: $language', async (words) => {
    const clock = stopClock();
    const { somebody, demonstration, newestCode } = await start('infobip', words.headers);
    await somebody.login().expect(401);
    const code = newestCode();
    clock.advance(31 * second);
    expect((await somebody.open('/login/code')).text).toContain(words.button);
    const called = await somebody.fill('/login/code', { resend: 'voice' });
    expect(noticeOf(called)).toBe(words.notice);
    expect(called.text).toContain(words.line);
    expect(demonstration.emulator.messages.map(({ channel }) => channel)).toEqual(['sms', 'call']);
    expect(newestCode()).toBe(code);
    await somebody.enter(code).expect(200);
  });

  it('is not on offer with Modica, and a request for one leaves the code page useful', async () => {
    const { somebody, newestCode } = await start('modica');
    await somebody.login().expect(401);
    expect((await somebody.open('/login/code')).text).not.toContain('value="voice"');
    const refused = await somebody.fill('/login/code', { resend: 'voice' });
    expect(noticeOf(refused)).toBe(
      'We cannot call you with a code. Please request a text message instead.',
    );
    await somebody.enter(newestCode()).expect(200);
  });
});

describe('An SMS that Nexmo could not deliver', () => {
  it.each([
    {
      language: 'English',
      headers: {},
      notice: /^We could not deliver your code\..* request a new code\.$/,
      line: 'We could not deliver your code to',
      button: 'Send a new code',
    },
    {
      language: 'Spanish',
      headers: inSpanish,
      notice: /^No pudimos entregar su código\..* solicite un código nuevo\.$/,
      line: 'No pudimos entregar su código al',
      button: 'Enviar un código nuevo',
    },
  ])(
    'is reported on the code page, in $language, until a new one is sent',
    async ({ headers, notice, line, button }) => {
      const clock = stopClock();
      const { somebody, emulator, newestId } = await startNexmo(headers);

      await somebody.login().expect(401);
      expect(noticeOf(await somebody.open('/login/code'))).toBeUndefined();
      const { answers } = await emulator.deliverReceipt(newestId(), {
        status: 'failed',
        errCode: 2,
      });
      expect(answers).toEqual([200]);
      const page = await somebody.open('/login/code');
      expect(noticeOf(page)).toMatch(notice);
      expect(page.text).toContain('<p class="notice alert" role="alert"');
      expect(page.text).toContain(line);
      expect(page.text).toMatch(new RegExp(`name="resend".*>${button}<`));

      clock.advance(31 * second);
      await somebody.fill('/login/code', { resend: '1' });
      const again = await somebody.open('/login/code');
      expect(noticeOf(again)).toBeUndefined();
      expect(again.text).not.toContain(line);
      await somebody.enter(emulator.messages.at(-1)?.code ?? '').expect(200);
    },
  );

  it('is reported to API clients, too', async () => {
    const { somebody, emulator, newestId } = await startNexmo();

    await somebody.login().expect(401);
    await emulator.deliverReceipt(newestId(), { status: 'failed', errCode: 14 });
    const { body } = await somebody.agent.get('/api/login/code').expect(200);
    expect(body).toMatchObject({ challenge: { delivery: 'undelivered' } });
  });

  it('may have arrived all the same: its code is accepted', async () => {
    const { somebody, emulator, newestId, newestCode } = await startNexmo();

    await somebody.login().expect(401);
    await emulator.deliverReceipt(newestId(), { status: 'failed' });
    await somebody.enter(newestCode()).expect(200);
  });

  it('is not shown on the demo phone', async () => {
    const { somebody, emulator, url, enrol } = await startNexmo();

    await enrol({ ...newUser, mobile: mobileOutOfReach });
    await somebody.login(newUser).expect(401);
    expect(emulator.messages).toHaveLength(1);
    expect((await request(url).get('/handset.json').expect(200)).body).toEqual([]);
  });
});

describe('The webhook for receipts', () => {
  it('ignores a receipt without the signature', async () => {
    const { somebody, emulator, newestId } = await startNexmo();

    await somebody.login().expect(401);
    for (const signature of ['forged', 'missing'] as const) {
      const receipt = { status: 'failed', signature } as const;
      const { answers } = await emulator.deliverReceipt(newestId(), receipt);
      expect(answers.at(-1)).toBe(401);
    }
    expect(noticeOf(await somebody.open('/login/code'))).toBeUndefined();
  });

  it.each(['GET', 'POST', 'POST-JSON'])(
    'takes %s, asks for no session and no token of a form, and begins none',
    async (way) => {
      const { url } = await startNexmo();

      const receipt = { messageId: 'of somebody else', status: 'failed' };
      const agent = request(url);
      const path = '/webhooks/receipts';
      const answer = await (way === 'GET'
        ? agent.get(path).query(receipt)
        : agent
            .post(path)
            .type(way === 'POST' ? 'form' : 'json')
            .send(receipt));
      // Read, and refused for its signature alone.
      expect(answer.status).toBe(401);
      expect(answer.headers['set-cookie']).toBeUndefined();
    },
  );

  it('refuses an unreadable request in JSON, whatever the session', async () => {
    const { url } = await startNexmo();
    const agent = request(url);
    const path = '/webhooks/receipts';

    const unreadable = await agent.post(path).type('json').send('{').expect(400);
    expect(unreadable.body).toMatchObject({ code: 'malformed_request' });
    await agent
      .post(path)
      .type('form')
      .send(`a=${'x'.repeat(20_000)}`)
      .expect(413);
    const refused = await agent.delete(path).expect(405);
    expect(refused.headers['allow']).toBe('GET, POST');
    const missing = await agent.get('/webhooks').expect(404);
    expect(missing.body).toMatchObject({ code: 'not_found' });
    expect(missing.headers['set-cookie']).toBeUndefined();
  });

  it.each(['modica', 'infobip'])('is not there where %s sends', async (provider) => {
    const { url } = await start(provider);

    await request(url).get('/webhooks/receipts').expect(404);
  });
});

describe('An account of the settings', () => {
  /** The example as it runs with an account at an emulator of its own, which nobody can look into. */
  async function startWithAccount(environment: NodeJS.ProcessEnv, user: EnrolledUser = newUser) {
    const { url, enrol } = await startExample(environment);
    const somebody = browserOf({ url, newestCode: () => 'none' });
    await request(url).get('/handset.json').expect(404);
    const noDemo = await somebody.login().expect(401);
    expect(noDemo.body).toMatchObject({ code: 'invalid_credentials' });
    await enrol(user);
    return { somebody, url };
  }

  it.each([
    { ORIGIN: '', messageText: '{{before}}{{pin}}{{after}}', line: '' },
    {
      ORIGIN: 'https://app.example.com',
      messageText: '{{before}}{{pin}}{{between}}{{pin}}{{after}}',
      line: '\n\n@app.example.com #',
    },
  ])('at Infobip sends by the template "$messageText"', async ({ ORIGIN, messageText, line }) => {
    const emulator = createInfobipEmulator();
    await emulator.start();
    onTestFinished(() => emulator.stop());
    const { apiKey, baseUrl, applicationId } = emulator.account;
    const template = { messageText, pinType: 'NUMERIC', pinLength: 6 } as const;
    const client = new InfobipClient({ apiKey, baseUrl });
    const { messageId } = await client.createTemplate(applicationId, template);
    const { somebody } = await startWithAccount({
      PROVIDER: 'infobip',
      INFOBIP_API_KEY: apiKey,
      INFOBIP_BASE_URL: baseUrl,
      INFOBIP_APPLICATION_ID: applicationId,
      INFOBIP_MESSAGE_ID: messageId,
      ORIGIN,
    });

    await somebody.login(newUser).expect(401);
    const { code = '', text } = emulator.messages[0] ?? {};
    expect(text).toBe(`Your code is ${code}. Don't share it with anyone.${line && line + code}`);
    await somebody.enter(code).expect(200);
  });

  it('at Nexmo sends to the US, and checks receipts with the signature secret', async () => {
    const emulator = createNexmoEmulator({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: so the text is agreed with Nexmo.
      template: '${before}${pin}${after}',
      signatureSecret: 'shared with Nexmo',
    });
    await emulator.start();
    onTestFinished(() => emulator.stop());
    const { apiKey, apiSecret, baseUrl } = emulator.account;
    const environment = {
      PROVIDER: 'nexmo',
      NEXMO_API_KEY: apiKey,
      NEXMO_API_SECRET: apiSecret,
      NEXMO_BASE_URL: baseUrl,
      NEXMO_SIGNATURE_SECRET: 'shared with Nexmo',
    };
    const { somebody, url } = await startWithAccount(environment, newUserInTheUs);

    await somebody.login(newUser).expect(401);
    const { code = '', text, id = '' } = emulator.messages[0] ?? {};
    expect(text).toBe(`Your code is ${code}. Don't share it with anyone.`);
    emulator.webhook = new URL('/webhooks/receipts', url);
    const failed = { status: 'failed' } as const;
    const forged = await emulator.deliverReceipt(id, { ...failed, signature: 'forged' });
    expect(forged.answers.at(-1)).toBe(401);
    expect((await emulator.deliverReceipt(id, failed)).answers).toEqual([200]);
    expect(noticeOf(await somebody.open('/login/code'))).toMatch(/^We could not deliver your code/);
    await somebody.enter(code).expect(200);
  });
});

describe('A number abroad', () => {
  it('is refused with Nexmo, and a number without a country code is a US number', async () => {
    const { somebody, emulator } = await startNexmo();
    await somebody.send('/register', newUser);
    await somebody.login(newUser).expect(200);

    const number = { mobile: newUser.mobile, currentPassword: newUser.password };
    const abroad = await somebody.send('/account/phone', number);
    expect(abroad.status).toBe(400);
    expect(abroad.text).toContain('We cannot send codes to numbers in this country.');
    await somebody.send('/account/phone', { ...number, mobile: '(212) 555-0187' });
    expect(emulator.messages.map(({ to }) => to)).toEqual(['+12125550187']);
  });
});

describe('The environment', () => {
  const infobip = {
    PROVIDER: 'infobip',
    INFOBIP_API_KEY: 'key',
    INFOBIP_BASE_URL: 'https://xxxxx.api.infobip.com',
    INFOBIP_APPLICATION_ID: 'application',
    INFOBIP_MESSAGE_ID: 'message',
  };
  const nexmo = { PROVIDER: 'nexmo', NEXMO_API_KEY: 'key', NEXMO_API_SECRET: 'secret' };
  const production = { NODE_ENV: 'production', SESSION_SECRET: 'x'.repeat(32) };

  it.each([
    ['an unknown provider', { PROVIDER: 'optus' }, 'PROVIDER must be modica, infobip or nexmo'],
    ['no base URL', { ...infobip, INFOBIP_BASE_URL: '' }, 'INFOBIP_BASE_URL is missing.'],
    [
      'no application',
      { ...infobip, INFOBIP_APPLICATION_ID: '' },
      'INFOBIP_APPLICATION_ID is missing.',
    ],
    ['no template', { ...infobip, INFOBIP_MESSAGE_ID: '' }, 'INFOBIP_MESSAGE_ID is missing.'],
    ['no API secret', { ...nexmo, NEXMO_API_SECRET: '' }, 'NEXMO_API_SECRET is missing.'],
    [
      'no account at Infobip in production',
      { ...production, PROVIDER: 'infobip', MODICA_USERNAME: 'app', MODICA_PASSWORD: 'p' },
      'INFOBIP_API_KEY is missing. Without an account',
    ],
    [
      'no account at Nexmo in production',
      { ...production, PROVIDER: 'nexmo' },
      'NEXMO_API_KEY is missing. Without an account',
    ],
  ])('with %s is refused, by the name of the variable', (_what, environment, message) => {
    expect(() => readSettings(environment)).toThrow(message);
  });

  it('in production requires the account of the chosen provider, and no other', () => {
    const read = readSettings({ ...production, ...nexmo });
    expect(read.nexmo).toMatchObject({ allowedPrefixes: ['+1'] });
    expect(read).toMatchObject({ modica: undefined, infobip: undefined, defaultCountry: 'US' });
    expect(readSettings({ ...production, ...infobip }).infobip).toMatchObject({
      allowedPrefixes: ['+64'],
    });
  });

  it('that a provider refuses stops the start, and the error names the option', async () => {
    const environment = { ...infobip, INFOBIP_BASE_URL: 'http://api.infobip.com' };
    await expect(startExample(environment)).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringContaining('baseUrl'),
    });
  });
});

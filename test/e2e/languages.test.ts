import request from 'supertest';
import { describe, expect, it, vi } from 'vitest';
import { demoMobile, demoUser } from '../../example-app/express/src/demonstration.js';
import { Users } from '../../example-app/express/src/users.js';
import { english } from '../../example-app/express/src/words/english.js';
import { spanish } from '../../example-app/express/src/words/spanish.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { newestCode, startEmulator } from '../fixtures/emulator.js';
import { type BrowserOf, browserOf, errorOf, noticeOf, titleOf } from './browser-of.js';
import { startDemonstration, startExample } from './example.js';

const inSpanish = { 'Accept-Language': 'es-DO,es;q=0.9,en;q=0.8' };

async function start(headers?: Record<string, string>) {
  const demo = await startDemonstration();
  return { ...demo, demo, somebody: browserOf(demo, headers) };
}

const languageOf = ({ text }: request.Response) => /<html lang="(.*?)">/.exec(text)?.[1];

const languageCookieOf = ({ headers }: request.Response) =>
  [headers['set-cookie'] ?? []].flat().find((cookie) => cookie.startsWith('language='));

const switchTo = (somebody: BrowserOf, language: unknown, from = '/login') =>
  somebody.send('/language', { language, from });

describe('The language of a page', () => {
  it.each([
    [undefined, 'en'],
    ['es', 'es'],
    ['es-DO', 'es'],
    ['es-419,es;q=0.9,en;q=0.8', 'es'],
    ['en-NZ,en;q=0.9,es;q=0.8', 'en'],
    ['de,es;q=0.5', 'es'],
    ['de', 'en'],
    ['*', 'en'],
    ['es;q=0', 'en'],
    ['<script>', 'en'],
  ])('with Accept-Language: %s is %s', async (accepted, language) => {
    const { url } = await start();

    const asked = request(url).get('/login');
    const page = await (accepted === undefined ? asked : asked.set('Accept-Language', accepted));
    expect(languageOf(page)).toBe(language);
    expect(titleOf(page)).toBe(language === 'es' ? 'Iniciar sesión' : 'Log in');
  });

  it('is the chosen one, for a year, and choosing it leads back to the page', async () => {
    const { somebody } = await start();

    const chosen = await switchTo(somebody, 'es', '/register');
    expect([chosen.status, chosen.headers['location']]).toEqual([303, '/register']);
    expect(languageCookieOf(chosen)).toMatch(
      /^language=es; Max-Age=31536000; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    );
    expect(languageOf(await somebody.open('/register'))).toBe('es');
    await switchTo(somebody, 'en');
    const browser = somebody.agent.get('/login').set(inSpanish);
    expect(languageOf(await browser)).toBe('en');
  });

  it('stays the same after login and logout', async () => {
    const { somebody } = await start();
    await switchTo(somebody, 'es');
    await somebody.logIn();

    expect(titleOf(await somebody.open('/'))).toBe('Ha iniciado sesión');
    expect(noticeOf(await somebody.fill('/logout'))).toBe('Ha cerrado sesión.');
  });

  it.each(['de', 'ES', 'es; Path=/x', '__proto__', '', '<script>', 'eses'])(
    'is not made another one by the cookie language=%s',
    async (value) => {
      const { url } = await start();

      const page = await request(url).get('/login').set('Cookie', `language=${value}`);
      // A cookie ends at its first semicolon: what comes behind is another one.
      expect(languageOf(page)).toBe(value.startsWith('es;') ? 'es' : 'en');
      expect(page.text).not.toContain('<script>');
    },
  );

  it.each(['de', '', undefined, ['en', 'es']])('cannot be chosen as %j', async (language) => {
    const { somebody } = await start();

    const refused = await switchTo(somebody, language);
    expect(refused.status).toBe(400);
    expect(languageCookieOf(refused)).toBeUndefined();
  });

  it.each(['//evil.example', 'https://evil.example/', '/\\evil.example', undefined, ['/a', '/b']])(
    'A23: leads from %j to no other site',
    async (from) => {
      const { somebody } = await start();

      const chosen = await somebody.send('/language', { language: 'es', from });
      expect([chosen.status, chosen.headers['location']]).toEqual([303, '/']);
    },
  );

  it('cannot be chosen without the CSRF token, nor with a GET', async () => {
    const { somebody } = await start();
    await somebody.open('/login');

    for (const _csrf of [undefined, '', 'wrong']) {
      const refused = await somebody.agent
        .post('/language')
        .type('form')
        .send({ language: 'es', _csrf });
      expect(refused.status).toBe(403);
      expect(languageCookieOf(refused)).toBeUndefined();
    }
    await somebody.agent.get('/language?language=es').expect(405).expect('Allow', 'POST');
  });

  it('is offered on every page with a session, with the way back', async () => {
    const { somebody } = await start();
    const pages = ['/login', '/register'];
    for (const place of pages) {
      const { text } = await somebody.open(place);
      expect(text).toContain(`<input type="hidden" name="from" value="${place}">`);
      expect(text).toMatch(/<button name="language" value="es" lang="es">Español<\/button>/);
      expect(text).toContain('<span aria-current="true">English</span>');
    }
    await somebody.logIn();
    for (const place of ['/', '/account', '/account/devices', '/account/activity', '/payments']) {
      expect((await somebody.open(place)).text).toContain(`name="from" value="${place}"`);
    }
  });
});

describe('In Spanish', () => {
  it('the pages of a login, its refusals and its SMS are complete', async () => {
    stopClock();
    const { somebody, emulator, wrongCode } = await start(inSpanish);

    const wrong = await somebody.fill('/login', { ...demoUser, password: 'wrong-password' });
    expect(noticeOf(wrong)).toBe('Nombre de usuario o contraseña incorrectos.');
    const page = await somebody.fill('/login', demoUser);
    expect(titleOf(page)).toBe('Ingrese su código');
    expect(page.text).toContain('Enviamos un código al <strong class="number">•••••67</strong>.');
    expect(page.text).toMatch(/El código vence a las <time [^>]*>\d\d:\d\d \S+<\/time>/);
    expect(page.text).toContain('data-countdown="El código vence en {time}."');
    expect(page.text).toContain('Confiar en este dispositivo durante 14 días');
    expect(emulator.messages.at(-1)?.text).toMatch(
      /^Su clave es \d{6}\. No la comparta con nadie\.\n\n@localhost #\d{6}$/,
    );
    const refused = await somebody.fill('/login/code', { code: wrongCode() });
    expect(noticeOf(refused)).toBe('El código es incorrecto. Le quedan 4 intentos.');
    const soon = await somebody.fill('/login/code', { resend: '1' });
    expect(noticeOf(soon)).toBe('Espere 30 segundos antes de solicitar otro código.');
    await somebody.fill('/login/code', { code: wrongCode() });
    await somebody.fill('/login/code', { code: wrongCode() });
    const one = await somebody.fill('/login/code', { code: wrongCode() });
    expect(noticeOf(one)).toBe('El código es incorrecto. Le queda 1 intento.');
    const none = await somebody.fill('/login/code', { code: wrongCode() });
    expect(noticeOf(none)).toBe(
      'El código es incorrecto. No le quedan intentos. Por favor, empiece de nuevo.',
    );
  });

  it('the errors of fields are shown', async () => {
    const { somebody } = await start(inSpanish);

    const refused = await somebody.fill('/register', { username: 'a b', password: 'x' });
    expect(errorOf(refused, 'password')).toBe('La contraseña debe tener al menos 8 caracteres.');
    expect(errorOf(refused, 'username')).toMatch(/^El nombre de usuario puede tener de 1 a 64/);
    await somebody.logIn();
    const noNumber = await somebody.fill('/account/phone', { mobile: '' });
    expect(errorOf(noNumber, 'mobile')).toMatch(/^Ingrese un número de celular, por ejemplo/);
  });

  it('a payment is shown, and its SMS says what the code approves', async () => {
    const { somebody, emulator, newestCode: code } = await start(inSpanish);
    await somebody.logIn();

    const order = { payee: 'Panadería Ñandú', amount: '12.5' };
    expect(titleOf(await somebody.fill('/payments', order))).toBe('Confirme el pago');
    await somebody.fill('/payments/1/confirm');
    expect(emulator.messages.at(-1)?.text).toMatch(
      /^Su clave es \d{6}\. Solo debe usarla para pagar 12\.50 NZD, referencia 1, a Panadería Ñandú\n/,
    );
    const paid = await somebody.fill('/payments/1/confirm/code', { code: code() });
    expect(noticeOf(paid)).toBe('Usted pagó 12.50\u00a0NZD a Panadería Ñandú.');
    expect(paid.text).toMatch(/Pagado el <time [^>]*>\d{1,2} \p{L}+ \d{4}, \d\d:\d\d/u);
  });

  it('the account, its devices and its activity are shown, whatever the language at the time', async () => {
    const { somebody } = await start();
    await somebody.logIn(demoUser, { trust: true });
    await switchTo(somebody, 'es');

    expect(titleOf(await somebody.open('/account'))).toBe('Su cuenta');
    const devices = await somebody.open('/account/devices');
    expect(titleOf(devices)).toBe('Dispositivos de confianza');
    expect(devices.text).toContain('Este dispositivo');
    const activity = await somebody.open('/account/activity');
    expect(activity.text).toContain('Dispositivo de confianza agregado');
    expect(activity.text).toContain('Inicio de sesión con contraseña y código');
  });

  it('the error pages are shown', async () => {
    const { somebody, url } = await start(inSpanish);

    expect(titleOf(await somebody.open('/nothing'))).toBe('Página no encontrada');
    const old = await somebody.agent.post('/login').type('form').send({});
    expect(titleOf(old)).toBe('Esta página ha vencido');
    const phone = await request(url).get('/handset').set(inSpanish);
    expect(languageOf(phone)).toBe('es');
    expect(titleOf(phone)).toBe('Teléfono de prueba');
  });

  it('the page of a fault is shown', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { somebody } = await start(inSpanish);
    const create = vi.spyOn(Users.prototype, 'create').mockRejectedValueOnce(new Error('canary'));

    const user = { username: 'another', password: 'another-password' };
    const failed = await somebody.fill('/register', user);
    expect(titleOf(failed)).toBe('Algo salió mal');
    create.mockRestore();
    log.mockRestore();
  });

  it("the API's messages are shown, with the same codes", async () => {
    const clock = stopClock();
    const { somebody, wrongCode, newestCode: code } = await start(inSpanish);

    expect((await somebody.login()).body).toMatchObject({
      code: 'challenge_sent',
      message: 'Le enviamos un código a su celular. Ingréselo para continuar.',
    });
    expect((await somebody.enter(wrongCode())).body).toMatchObject({
      code: 'code_incorrect',
      message: 'El código es incorrecto. Le quedan 4 intentos.',
    });
    await somebody.enter(code()).expect(200);
    clock.advance(5 * minute + second);
    const body = { currentPassword: 'x', newPassword: 'y' };
    expect((await somebody.agent.post('/api/me/password').send(body)).body).toMatchObject({
      code: 'second_factor_required',
      message: 'Ingrese un código para confirmar que es usted.',
    });
    expect((await somebody.agent.get('/api/nothing')).body).toEqual({
      code: 'not_found',
      message: 'No encontrado.',
    });
    const refused = await somebody.agent.post('/api/payments').send({});
    expect(refused.body.fields.payee).toBe('Ingrese un beneficiario.');
  });

  it('no cached page of another language is shown, nor the other way round', async () => {
    const { url } = await start();

    const ask = (language: string) =>
      request(url).get('/login').set('Accept-Language', language).then(languageOf);
    const asked = ['es', 'en', 'es', 'en', 'es', 'en'];
    expect(await Promise.all(asked.map(ask))).toEqual(asked);
  });
});

describe('The texts', () => {
  /** 'account.title' of every text, and what it is. */
  function textsOf(words: object, path = ''): [string, unknown][] {
    return Object.entries(words).flatMap(([key, value]): [string, unknown][] =>
      value instanceof Object && typeof value !== 'function'
        ? textsOf(value, `${path}${key}.`)
        : [[`${path}${key}`, value]],
    );
  }

  it('are complete in both languages, and translated', () => {
    const [ours, theirs] = [new Map(textsOf(english)), new Map(textsOf(spanish))];

    expect([...theirs.keys()]).toEqual([...ours.keys()]);
    const same = [...ours].filter(([key, text]) => theirs.get(key) === text);
    expect(same).toEqual([]);
  });

  it('of an SMS are in GSM-7 (GSM 03.38)', () => {
    for (const { sms } of [english, spanish]) {
      expect(`${sms.code} ${sms.approval('12.50 NZD', 7, 'Bakery')}`).toMatch(/^[\x20-\x7eéñ¿¡]+$/);
    }
  });
});

describe('The last line of the SMS', () => {
  it('names the site on which phones may fill in the code', async () => {
    const { somebody, emulator, newestCode: code } = await start();

    await somebody.login();
    expect(emulator.messages[0]?.text.endsWith(`\n\n@localhost #${code()}`)).toBe(true);
  });

  it.each([
    [{ ORIGIN: 'https://app.example.com' }, '\n\n@app.example.com #'],
    [{ ORIGIN: 'https://app.example.com:8443/login' }, '\n\n@app.example.com #'],
    [{}, undefined],
  ])('with %j is %j', async (environment, line) => {
    const emulator = await startEmulator();
    const { username: MODICA_USERNAME, password: MODICA_PASSWORD, baseUrl } = emulator.account;
    const account = { MODICA_USERNAME, MODICA_PASSWORD, MODICA_BASE_URL: baseUrl };
    const { url, enrol } = await startExample({ ...account, ...environment });
    const somebody = browserOf({ url, newestCode: () => newestCode(emulator) });
    await enrol({ ...demoUser, mobile: demoMobile });
    await somebody.login();

    const text = emulator.messages[0]?.text;
    expect(text).toBe(
      `Your code is ${newestCode(emulator)}. Don't share it with anyone.${line ? line + newestCode(emulator) : ''}`,
    );
    await somebody.enter(newestCode(emulator)).expect(200);
  });

  it.each(['app.example.com', 'ftp://app.example.com', 'https://'])(
    'is not made of ORIGIN=%s',
    async (ORIGIN) => {
      await expect(startExample({ ORIGIN })).rejects.toThrow('ORIGIN');
    },
  );
});

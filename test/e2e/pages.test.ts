import { once } from 'node:events';
import request from 'supertest';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { demoMobile, demoUser } from '../../example-app/express/src/demonstration.js';
import { Users } from '../../example-app/express/src/users.js';
import { inWords } from '../../example-app/express/src/waiting.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { closedGate } from '../fixtures/gate.js';
import { hasRedis, startRedis } from '../fixtures/redis.js';
import { withoutRedis } from '../left-out/lacking.js';
import { noticeOf, titleOf } from './browser-of.js';
import { startDemonstration } from './example.js';

const newUser = { username: 'Kiri.Te-Kanawa', password: 'correct horse' };
const newNumber = '021 987 6543';

afterEach(() => {
  vi.restoreAllMocks();
});

async function startApp(environment?: NodeJS.ProcessEnv) {
  const demonstration = await startDemonstration(environment);
  return { ...demonstration, reader: () => readerAt(demonstration.url) };
}

/** Somebody who follows links and fills in forms, by their words alone. */
function readerAt(url: string) {
  const agent = request.agent(url);
  const open = (path: string) => agent.get(path).redirects(3);
  const send = async (path: string, fields: object) => {
    const [, _csrf = ''] = /name="_csrf" value="([^"]+)"/.exec((await open('/login')).text) ?? [];
    return agent
      .post(path)
      .type('form')
      .send({ _csrf, ...fields });
  };
  /** Sends a form and reads the page that comes then. */
  const fill = async (path: string, fields: object) => {
    const answer = await send(path, fields);
    return answer.headers['location'] ? open(answer.headers['location']) : answer;
  };
  return {
    agent,
    open,
    send,
    fill,
    register: (fields: object = newUser) => fill('/register', fields),
    login: (fields: object = demoUser) => fill('/login', fields),
    enter: (code: string) => fill('/login/code', { code }),
    /** Posts the user's first number. */
    addNumber: (mobile: unknown) =>
      fill('/account/phone', { mobile, currentPassword: newUser.password }),
    resend: () => fill('/login/code', { resend: '1' }),
  };
}

/** The value and the error of a field. */
function fieldOf({ text }: request.Response, name: string) {
  const input = new RegExp(`<input id="${name}"[^>]*>`).exec(text)?.[0] ?? '';
  return {
    value: / value="(.*?)"/.exec(input)?.[1],
    invalid: input.includes('aria-invalid="true"'),
    error: new RegExp(`id="${name}-error">(.*?)</p>`).exec(text)?.[1],
  };
}

describe('The pages', () => {
  it('lead from registration, demo phone and code to the home page, and out again', async () => {
    const { reader, emulator, newestCode } = await startApp();
    const { register, login, addNumber, enter, open, fill } = reader();

    expect(noticeOf(await register())).toBe('Your account has been created. You can now log in.');
    expect(titleOf(await login(newUser))).toBe('You are logged in');
    expect(titleOf(await addNumber(newNumber))).toBe('Confirm your new number');
    await fill('/account/phone/code', { code: newestCode() });
    await fill('/logout', {});
    expect(titleOf(await login(newUser))).toBe('Enter your code');
    expect(emulator.messages.map(({ to }) => to)).toEqual(['+64219876543', '+64219876543']);
    expect((await open('/handset')).text).toContain(
      `Your code is ${newestCode()}. Don&#39;t share it with anyone.`,
    );
    const home = await enter(newestCode());
    expect(titleOf(home)).toBe('You are logged in');
    expect(home.text).toContain('kiri.te-kanawa');
    expect(titleOf(await open('/login'))).toBe('You are logged in');
    expect(noticeOf(await fill('/logout', {}))).toBe('You have been logged out.');
    expect(titleOf(await open('/'))).toBe('Log in');
  });

  it('answer every form that changed something with a redirect', async () => {
    const { reader, wrongCode, newestCode } = await startApp();
    const { send } = reader();

    const answers = [
      await send('/register', newUser),
      await send('/login', { ...demoUser, password: 'wrong' }),
      await send('/login', demoUser),
      await send('/login/code', { code: wrongCode() }),
      await send('/login/code', { resend: '1' }),
      await send('/login/code', { code: newestCode() }),
    ];
    expect(answers.map(({ status }) => [302, 303].includes(status))).toEqual(
      answers.map(() => true),
    );
    expect(answers.map(({ headers }) => headers['location'])).toEqual([
      '/login',
      '/login',
      '/login/code',
      '/login/code',
      '/login/code',
      '/',
    ]);
  });

  it('show a notice once', async () => {
    const { reader } = await startApp();
    const { register, open } = reader();

    expect(noticeOf(await register())).toBeDefined();
    expect(noticeOf(await open('/login'))).toBeUndefined();
  });

  it('show only the login to half a login', async () => {
    const { reader } = await startApp();
    const { login, agent } = reader();

    await login();
    for (const path of ['/', '/?code=000000', '/?user=1']) {
      await agent.get(path).expect(303).expect('Location', '/login');
    }
    await reader().agent.get('/login/code').expect(303).expect('Location', '/login');
  });

  it('escape what was typed', async () => {
    const { reader } = await startApp();
    const script = '"><script>alert(1)</script>';

    const refused = await reader().register({ ...newUser, username: script });
    expect(refused.text).not.toContain('<script>alert');
    expect(fieldOf(refused, 'username').value).toMatch(/^&quot;&gt;&lt;script/);
    const somebody = reader();
    await somebody.register();
    await somebody.login(newUser);
    const noNumber = await somebody.addNumber(script);
    expect(noNumber.text).not.toContain('<script>alert');
    expect(fieldOf(noNumber, 'mobile').value).toMatch(/^&quot;&gt;&lt;script/);
  });
});

describe('Every page', () => {
  it('has a strict content security policy, is never cached and does not name the server', async () => {
    const { url } = await startApp();

    for (const path of ['/', '/register', '/login', '/login/code', '/handset', '/nothing']) {
      const { headers } = await request(url).get(path);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none';style-src 'self';script-src 'self';img-src 'self';connect-src 'self';form-action 'self';frame-ancestors 'none';base-uri 'none'",
      );
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers).not.toHaveProperty('x-powered-by');
    }
  });

  it('has its style, its script and its icon', async () => {
    const { url } = await startApp();

    await request(url).get('/style.css').expect(200).expect('Content-Type', /css/);
    await request(url)
      .get('/script.js')
      .expect(200)
      .expect('Content-Type', /javascript/);
    await request(url)
      .get('/passport-modica-2fa.mjs')
      .expect(200)
      .expect('Content-Type', /javascript/);
    await request(url).get('/icon.svg').expect(200).expect('Content-Type', /svg/);
  });
});

describe('The registration page', () => {
  it.each([
    ['no fields', {}, ['username', 'password']],
    ['a name with a space', { ...newUser, username: 'Te Kanawa' }, ['username']],
    ['a short password', { ...newUser, password: 'short-1' }, ['password']],
  ])('with %s says beside each field what is wrong', async (_what, fields, wrong) => {
    const { reader } = await startApp();

    const refused = await reader().register(fields);
    expect(refused.status).toBe(400);
    const names = ['username', 'password'];
    expect(names.filter((name) => fieldOf(refused, name).error)).toEqual(wrong);
    expect(names.filter((name) => fieldOf(refused, name).invalid)).toEqual(wrong);
  });

  it('keeps what was typed, but never the password', async () => {
    const { reader } = await startApp();
    const typed = { username: 'Demo', password: 'correct horse' };

    for (const fields of [typed, { ...typed, username: 'a b' }]) {
      const refused = await reader().register(fields);
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect(fieldOf(refused, 'username').value).toBe(fields.username);
      expect(fieldOf(refused, 'password').value).toBeUndefined();
      expect(refused.text).not.toContain(typed.password);
    }
  });

  it('says when a name is taken', async () => {
    const { reader } = await startApp();

    const refused = await reader().register({ ...newUser, username: 'DEMO' });
    expect(refused.status).toBe(409);
    expect(fieldOf(refused, 'username').error).toBe('This username is already taken.');
  });
});

describe('The page for a first number', () => {
  /** In front of it. */
  async function start(environment?: NodeJS.ProcessEnv) {
    const app = await startApp(environment);
    const somebody = app.reader();
    await somebody.register();
    await somebody.login(newUser);
    return { ...app, somebody };
  }

  it.each(['021 987 6543', '+64 21 987 6543', '+64 (0)21-987-6543', '0064 21 987 6543'])(
    'takes %s for a number of the default country',
    async (mobile) => {
      const { somebody, emulator } = await start();

      await somebody.addNumber(mobile);
      expect(emulator.messages.map(({ to }) => to)).toEqual(['+64219876543']);
    },
  );

  it('reads numbers in the format of the default country', async () => {
    const { somebody, emulator } = await start({ DEFAULT_COUNTRY: 'AU' });

    await somebody.addNumber('0412 345 678');
    expect(emulator.messages.at(-1)?.to).toBe('+61412345678');
  });

  const currentPassword = newUser.password;

  it.each([
    ['no fields', {}, ['mobile', 'currentPassword']],
    ['no number', { currentPassword }, ['mobile']],
    ['a number that is too short', { mobile: '021', currentPassword }, ['mobile']],
    ['words for a number', { mobile: 'my number', currentPassword }, ['mobile']],
    ['an extension', { mobile: '021 987 6543 ext 7', currentPassword }, ['mobile']],
    ['two numbers', { mobile: [newNumber, '021 987 6544'], currentPassword }, ['mobile']],
    ['no password', { mobile: newNumber }, ['currentPassword']],
    ['another password', { mobile: newNumber, currentPassword: 'wrong' }, ['currentPassword']],
  ])('with %s says beside each field what is wrong', async (_what, fields, wrong) => {
    const { somebody, emulator } = await start();

    const refused = await somebody.fill('/account/phone', fields);
    expect(refused.status).toBe(400);
    const names = ['mobile', 'currentPassword'];
    expect(names.filter((name) => fieldOf(refused, name).error)).toEqual(wrong);
    expect(names.filter((name) => fieldOf(refused, name).invalid)).toEqual(wrong);
    expect(emulator.messages).toEqual([]);
  });

  it('keeps what was typed, but never the password', async () => {
    const { somebody } = await start();

    for (const fields of [
      { mobile: '12', currentPassword },
      { mobile: newNumber, currentPassword: 'wrong-password' },
    ]) {
      const refused = await somebody.fill('/account/phone', fields);
      expect(refused.status).toBe(400);
      expect(fieldOf(refused, 'mobile').value).toBe(fields.mobile);
      expect(fieldOf(refused, 'currentPassword').value).toBeUndefined();
      expect(refused.text).not.toContain(fields.currentPassword);
    }
  });
});

describe('The login page', () => {
  it('does not say whether the username or the password is incorrect', async () => {
    const { reader } = await startApp();

    for (const username of ['demo', 'nobody']) {
      const refused = await reader().login({ username, password: 'wrong-password' });
      expect(noticeOf(refused)).toBe('Incorrect username or password.');
      expect(fieldOf(refused, 'username').value).toBe(username);
      expect(refused.text).not.toContain('wrong-password');
    }
  });

  it('asks for what is missing', async () => {
    const { reader } = await startApp();

    const refused = await reader().login({ username: '' });
    expect(refused.status).toBe(400);
    expect(fieldOf(refused, 'username').error).toBe('Enter your username.');
    expect(fieldOf(refused, 'password').error).toBe('Enter your password.');
  });

  it('says why there is no code: too many were requested', async () => {
    const clock = stopClock();
    const { reader, wrongCode } = await startApp();
    const { login, enter } = reader();

    await login();
    for (let attempt = 0; attempt < 5; attempt += 1) await enter(wrongCode());
    clock.advance(18 * second);
    expect(noticeOf(await login())).toBe('Please wait 12 seconds before requesting another code.');
  });

  it('says why there is no code: too many were incorrect', async () => {
    const clock = stopClock();
    const { reader, wrongCode } = await startApp();
    const { login, enter } = reader();

    for (let round = 0; round < 2; round += 1) {
      await login();
      for (let attempt = 0; attempt < 5; attempt += 1) await enter(wrongCode());
      clock.advance(31 * second);
    }
    expect(noticeOf(await login())).toBe(
      'Too many incorrect codes. Please try again in 15 minutes.',
    );
  });

  it('says why there is no code: the number cannot be used', async () => {
    const { reader } = await startApp();
    vi.spyOn(Users.prototype, 'byPassword').mockResolvedValue({
      id: 1,
      username: 'demo',
      mobile: 'none',
      role: 'user',
      passwordVersion: 1,
    });

    expect(noticeOf(await reader().login())).toBe('We cannot send codes to your phone number.');
  });
});

describe('The code page', () => {
  it('shows where the code was sent, when it expires and how many attempts are left', async () => {
    const { reader } = await startApp();

    const { text } = await reader().login();
    expect(text).toContain('•••••67');
    expect(text).not.toContain(demoMobile.slice(-7));
    expect(text).toMatch(/expires at <time datetime="[^"]+">\d\d:\d\d \S+<\/time>/);
    expect(text).toContain('5 attempts left');
    // The whole of it: nothing that the page was given besides ends up in a field.
    expect(text).toMatch(
      /<input id="code" name="code" required\s+aria-describedby="facts" class="code" inputmode="numeric" autocomplete="one-time-code" maxlength="32" autofocus>/,
    );
  });

  it('says that a code is incorrect and how many attempts are left, and clears it', async () => {
    const { reader, wrongCode } = await startApp();
    const { login, enter } = reader();

    await login();
    const refused = await enter(wrongCode());
    expect(noticeOf(refused)).toBe('That code is incorrect. 4 attempts left.');
    expect(fieldOf(refused, 'code')).toMatchObject({ value: undefined, invalid: true });
    expect(refused.text).not.toContain(`"${wrongCode()}"`);
    await enter(wrongCode());
    await enter(wrongCode());
    expect(noticeOf(await enter(wrongCode()))).toBe('That code is incorrect. 1 attempt left.');
    const last = await enter(wrongCode());
    expect(titleOf(last)).toBe('Log in');
    expect(noticeOf(last)).toBe('That code is incorrect. No attempts left. Please start again.');
  });

  it.each(['', '12', '12.456'])('takes %j for no code, and makes no request', async (code) => {
    const { reader, emulator } = await startApp();
    const { login, enter } = reader();

    await login();
    const refused = await enter(code);
    expect(noticeOf(refused)).toBe('Enter the code from the message.');
    expect(refused.text).toContain('5 attempts left');
    expect(emulator.requests).toHaveLength(1);
  });

  it('says when a new code can be requested, and sends it then', async () => {
    const clock = stopClock();
    const { reader, emulator } = await startApp();
    const { login, resend } = reader();

    await login();
    clock.advance(18 * second);
    expect(noticeOf(await resend())).toBe('Please wait 12 seconds before requesting another code.');
    clock.advance(12 * second);
    expect(noticeOf(await resend())).toBe('A new code is on its way.');
    expect(emulator.messages).toHaveLength(2);
  });

  it('F9: does not say that a code was sent before it was, and says so when its process has died', async () => {
    const clock = stopClock();
    const { reader, emulator } = await startApp();
    const { login, open } = reader();
    const gate = closedGate();
    emulator.overrideNextReply({ reply: 'held', until: gate.opened });
    const asked = once(emulator, 'request');
    const first = login();
    await asked;

    const twice = await login();
    clock.advance(29 * second);
    for (const page of [twice, await open('/login/code')]) {
      expect(page.text).toContain('We are sending a code to <strong');
      expect(noticeOf(page)).toBeUndefined();
    }
    clock.advance(second);
    const abandoned = await open('/login/code');
    expect(abandoned.text).toContain('We tried to send a code to <strong');
    expect(noticeOf(abandoned)).toBe(
      'We could not confirm that your code was sent. If it does not arrive, please request a new one.',
    );

    gate.open();
    expect((await first).text).toContain('We sent a code to <strong');
    expect(emulator.messages).toHaveLength(1);
  });

  it('says that a code has expired, whether it was entered or not', async () => {
    const clock = stopClock();
    const { reader, newestCode } = await startApp();
    const { login, enter, open } = reader();

    await login();
    clock.advance(5 * minute);
    const words = 'This code has expired. Please request a new one.';
    expect(noticeOf(await open('/login/code'))).toBe(words);
    expect(noticeOf(await enter(newestCode()))).toBe(words);
  });

  it('leads back to the login when the password was entered too long ago', async () => {
    const clock = stopClock();
    const { reader, emulator } = await startApp();
    const { login, resend } = reader();

    await login();
    clock.advance(15 * minute);
    const refused = await resend();
    expect(titleOf(refused)).toBe('Log in');
    expect(noticeOf(refused)).toMatch(/Please start again\.$/);
    expect(emulator.messages).toHaveLength(1);
  });

  it('leads back to the login without a first factor, and says so', async () => {
    const { reader, emulator } = await startApp();

    const refused = await reader().enter('123456');
    expect(titleOf(refused)).toBe('Log in');
    expect(noticeOf(refused)).toBe('There is no code to enter. Please start again.');
    expect(emulator.requests).toHaveLength(0);
  });
});

describe('A page that fails', () => {
  it('after a lost answer leads to the code page, and says that the code may not arrive', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { reader, emulator, newestCode } = await startApp();
    const { login, open, enter } = reader();
    emulator.overrideNextReply({ reply: 'lost', processed: true });

    const failed = await login();
    expect(failed.status).toBe(504);
    expect(failed.text).toContain('<a class="button" href="/login/code">Enter the code</a>');
    expect(log).toHaveBeenCalledOnce();
    expect((await open('/login/code')).text).toContain(
      'We could not confirm that your code was sent. If it does not arrive, please request a new one.',
    );
    expect(noticeOf(await enter(newestCode()))).toBe(
      'We could not confirm that your code was sent. Please request a new one.',
    );
  });

  it('during an outage of the provider says so, and leads back', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { reader, emulator, newestCode } = await startApp();
    const { login, enter } = reader();
    await login();
    const code = newestCode();
    await emulator.stop();

    const failed = await enter(code);
    expect(failed.status).toBe(503);
    expect(titleOf(failed)).toBe('Codes are unavailable');
    expect(failed.text).toContain('href="/login/code"');
  });

  it('after an internal fault does not show its cause', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { reader } = await startApp();
    vi.spyOn(Users.prototype, 'create').mockRejectedValueOnce(new Error('canary'));

    const failed = await reader().register();
    expect(failed.status).toBe(500);
    expect(titleOf(failed)).toBe('Something went wrong');
    expect(failed.text).not.toMatch(/canary|\n\s+at |node_modules/);
    expect(log).toHaveBeenCalledOnce();
  });
});

describe('A request that no page accepts', () => {
  const posts = ['/register', '/login', '/login/code', '/logout'];

  it.each(posts)('is refused by %s without the token of the session', async (path) => {
    const { reader, url, emulator } = await startApp();
    const { agent, open } = reader();
    await open('/login');
    const theirs = /value="([^"]+)"/.exec((await request(url).get('/login')).text)?.[1];

    for (const _csrf of [undefined, '', 'wrong', theirs, [theirs, theirs]]) {
      const refused = await agent
        .post(path)
        .type('form')
        .send({ ...demoUser, _csrf });
      expect(refused.status).toBe(403);
      expect(titleOf(refused)).toBe('This page has expired');
    }
    expect(emulator.requests).toHaveLength(0);
  });

  it.each(posts)('is refused by %s when it is no form', async (path) => {
    const { url } = await startApp();

    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
      const refused = await request(url).post(path).set('Content-Type', type).send('{}');
      expect(refused.status).toBe(415);
      expect(titleOf(refused)).toBe('We could not do that');
    }
  });

  it.each(posts)('is refused by %s when it is too large', async (path) => {
    const { url } = await startApp();

    for (const body of ['x'.repeat(20_000), 'a=&'.repeat(30)]) {
      const refused = await request(url).post(path).type('form').send(body);
      expect(refused.status).toBe(413);
      expect(titleOf(refused)).toBe('We could not do that');
    }
  });

  it.each([
    ['DELETE', '/', 'GET'],
    ['PUT', '/register', 'GET, POST'],
    ['PUT', '/login', 'GET, POST'],
    ['DELETE', '/login/code', 'GET, POST'],
    ['GET', '/logout', 'POST'],
    ['POST', '/handset', 'GET'],
  ])('is refused when it is %s %s', async (method, path, allow) => {
    const { url } = await startApp();

    const refused = await fetch(url + path, { method });
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe(allow);
    expect(await refused.text()).toContain('We could not do that');
  });

  it.each([
    '/nothing',
    '/login/nothing',
    '/handset/1',
    '/%E0%A4%A',
    '/../package.json',
    '/views/login.eta',
  ])('is told that there is nothing at %s', async (path) => {
    const { url } = await startApp();

    const missing = await request(url).get(path);
    expect(missing.status).toBe(404);
    expect(titleOf(missing)).toBe('Page not found');
  });
});

describe('Too many forms', () => {
  it('to register get a page that says when to try again', async () => {
    const { reader } = await startApp({ REGISTRATIONS_PER_HOUR_PER_IP: '1' });

    await reader().register();
    const refused = await reader().register({ ...newUser, username: 'another' });
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('3600');
    expect(titleOf(refused)).toBe('Too many attempts');
    expect(refused.text).toContain('Please try again in 60 minutes.');
  });

  it('with a wrong password are counted together with those in JSON', async () => {
    const { reader, url } = await startApp({ PASSWORDS_PER_USER_AND_IP: '2' });
    const wrong = { ...demoUser, password: 'wrong-password' };

    await reader().login(wrong);
    await request(url).post('/api/login').send(wrong).expect(401);
    const refused = await reader().login();
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('900');
    expect(refused.text).toContain('Please try again in 15 minutes.');
  });
});

describe(`With REDIS_URL${withoutRedis}`, () => {
  const settings = { SESSION_SECRET: 'a secret of at least thirty-two characters' };

  it.runIf(hasRedis)('two processes share sessions, codes and counts', async () => {
    const { url: REDIS_URL } = await startRedis();
    const environment = { ...settings, REDIS_URL, PASSWORDS_PER_USER_AND_IP: '1' };
    const [one, other] = [await startApp(environment), await startApp(environment)];
    const { login, enter, agent } = one.reader();

    const { headers } = await agent.get('/login');
    const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
    await login();
    const code = await request(other.url).get('/login/code').set('Cookie', cookie).expect(200);
    expect(code.text).toContain('•••••67');
    await enter(one.newestCode());
    const home = await agent.get('/');
    expect(titleOf(home)).toBe('You are logged in');

    const wrong = { ...demoUser, password: 'wrong-password' };
    await request(one.url).post('/api/login').send(wrong).expect(401);
    await request(other.url).post('/api/login').send(wrong).expect(429);
  });

  it.runIf(hasRedis)('every page fails at once while Redis is away', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const redis = await startRedis();
    const { reader, url } = await startApp({ ...settings, REDIS_URL: redis.url });
    const { open } = reader();
    await open('/login');
    await redis.stop();
    await expect.poll(() => log).toHaveBeenCalled();

    const failed = await open('/login');
    expect(failed.status).toBe(500);
    expect(titleOf(failed)).toBe('Something went wrong');
    await request(url).post('/api/login').send(demoUser).expect(500);
  });
});

describe('A time to wait', () => {
  it.each([
    [0.2, '1 second'],
    [12, '12 seconds'],
    [90, '90 seconds'],
    [91, '2 minutes'],
    [900, '15 minutes'],
    [5400, '90 minutes'],
    [5401, '2 hours'],
    [86_400, '24 hours'],
  ])('of %d seconds is %s', (seconds, words) => {
    expect(inWords(seconds, 'en')).toBe(words);
  });
});

import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { demoMobile, demoUser } from '../../example-app/express/src/demonstration.js';
import { readSettings } from '../../example-app/express/src/settings.js';
import { Users } from '../../example-app/express/src/users.js';
import { startDemonstration, startExample } from './example.js';

const newUser = { username: 'Kiri.Te-Kanawa', password: 'correct horse' };
const newNumber = '+64219876543';

/** What every client of a test was answered. */
let answers: string[] = [];

beforeEach(() => {
  answers = [];
});

// Whatever a test is about: no answer has a phone number or a stack in it.
afterEach(() => {
  for (const answer of answers) {
    for (const mobile of [demoMobile, newNumber]) expect(answer).not.toContain(mobile.slice(-7));
    expect(answer).not.toMatch(/\n\s+at |node_modules|\.[jt]s\b/);
  }
});

async function startApp(environment?: NodeJS.ProcessEnv) {
  const example = await startExample(environment);
  return { ...example, browser: () => browserAt(example.url) };
}

/** The example with its emulator. */
async function startDemo() {
  const demonstration = await startDemonstration();
  return { ...demonstration, browser: () => browserAt(demonstration.url) };
}

type Demo = Awaited<ReturnType<typeof startDemo>>;

/** Keeps its cookies. */
function browserAt(url: string) {
  const agent = request.agent(url);
  agent.use((sent: request.Test) => {
    sent.on('response', (response: request.Response) => answers.push(response.text));
  });
  return {
    agent,
    register: (body: object) => agent.post('/api/register').send(body),
    login: (body: object = demoUser) => agent.post('/api/login').send(body),
    enter: (code: unknown) => agent.post('/api/login/code').send({ code }),
    changeNumber: (body: object) => agent.post('/api/me/mobile').send(body),
    resend: () => agent.post('/api/login/code').send({ resend: true }),
    pending: () => agent.get('/api/login/code'),
    me: () => agent.get('/api/me'),
    logout: () => agent.post('/api/logout'),
  };
}

type Browser = ReturnType<typeof browserAt>;

async function logIn(demo: Demo): Promise<Browser> {
  const browser = demo.browser();
  await browser.login();
  await browser.enter(demo.newestCode()).expect(200);
  return browser;
}

function cookiesOf({ headers }: request.Response): string[] {
  return [headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split(';')[0] ?? '');
}

describe('A login', () => {
  it('takes password, SMS and code, and returns the user', async () => {
    const demo = await startDemo();
    const browser = demo.browser();

    const asked = await browser.login().expect(401);
    expect(asked.body).toMatchObject({
      code: 'challenge_sent',
      message: expect.any(String),
      challenge: { destination: '•••••67', delivery: 'sent', reused: false, attemptsRemaining: 5 },
    });
    const handset = await request(demo.url).get('/handset.json').expect(200);
    expect(handset.body).toEqual([
      { to: demoMobile, text: expect.any(String), sentAt: expect.any(String) },
    ]);
    const code = /\d{6}/.exec(handset.body[0].text)?.[0];
    const entered = await browser.enter(code).expect(200);
    expect(entered.body).toEqual({ user: { id: 1, username: 'demo', mobile: '•••••67' } });
    expect((await browser.me().expect(200)).body).toEqual(entered.body);
  });

  it('works right after registration, whatever the case of the username', async () => {
    const demo = await startDemo();
    const browser = demo.browser();

    const registered = await browser.register(newUser).expect(201);
    expect(registered.body).toEqual({
      user: { id: 3, username: 'kiri.te-kanawa', mobile: null },
    });
    await browser.me().expect(401);
    const entered = await browser.login({ ...newUser, username: 'KIRI.TE-KANAWA' }).expect(200);
    expect(entered.body).toEqual(registered.body);
    expect((await browser.me().expect(200)).body).toEqual(registered.body);
    expect(demo.emulator.requests).toHaveLength(0);
  });

  it('answers an unknown user and a wrong password alike, and sends nothing', async () => {
    const demo = await startDemo();
    const browser = demo.browser();

    const wrong = await browser.login({ ...demoUser, password: 'wrong-password' }).expect(401);
    const unknown = await browser.login({ ...demoUser, username: 'nobody' }).expect(401);
    expect(wrong.body).toEqual({ code: 'invalid_credentials', message: expect.any(String) });
    expect(unknown.body).toEqual(wrong.body);
    expect(demo.emulator.requests).toHaveLength(0);
  });

  it('shows a pending challenge to its client, and 404 to any other', async () => {
    const demo = await startDemo();
    const browser = demo.browser();

    await browser.login();
    const pending = await browser.pending().expect(200);
    expect(pending.body).toMatchObject({ challenge: { destination: '•••••67' } });
    const other = await demo.browser().pending().expect(404);
    expect(other.body).toMatchObject({ code: 'challenge_not_found' });
    await browser.enter(demo.newestCode()).expect(200);
    await browser.pending().expect(404);
  });

  it('refuses an incorrect code and says how many attempts are left', async () => {
    const demo = await startDemo();
    const browser = demo.browser();

    await browser.login();
    const refused = await browser.enter(demo.wrongCode()).expect(401);
    expect(refused.body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: 4 });
    await browser.me().expect(401);
    await browser.enter(demo.newestCode()).expect(200);
  });

  it('accepts no code before a password', async () => {
    const demo = await startDemo();

    const refused = await demo.browser().enter('123456').expect(401);
    expect(refused.body).toMatchObject({ code: 'challenge_not_found' });
    expect(demo.emulator.requests).toHaveLength(0);
  });

  it('sends no second SMS within 30 seconds, and says how long to wait', async () => {
    const demo = await startDemo();
    const browser = demo.browser();

    await browser.login();
    const refused = await browser.resend().expect(429);
    expect(refused.body).toMatchObject({ code: 'resend_too_soon' });
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(30);
    expect(demo.emulator.messages).toHaveLength(1);
  });

  it('is never cached', async () => {
    const browser = await logIn(await startDemo());

    const { headers } = await browser.me();
    expect(headers['cache-control']).toBe('no-store');
  });
});

describe('A login that is posted twice', () => {
  const clients: [string, (demo: Demo) => [Browser, Browser]][] = [
    [
      'by one client',
      (demo) => {
        const browser = demo.browser();
        return [browser, browser];
      },
    ],
    ['by two clients without cookies', (demo) => [demo.browser(), demo.browser()]],
  ];
  const orders: [string, (pair: [Browser, Browser]) => Promise<void>][] = [
    [
      'at once',
      async ([first, second]) => {
        await Promise.all([first.login().expect(401), second.login().expect(401)]);
      },
    ],
    [
      'in turn',
      async ([first, second]) => {
        await first.login().expect(401);
        await second.login().expect(401);
      },
    ],
  ];

  describe.each(clients)('%s', (_client, open) => {
    describe.each(orders)('%s', (_order, post) => {
      it.each([0, 1] as const)(
        'sends one SMS and logs in the client that enters the code (client %i)',
        async (index) => {
          const demo = await startDemo();
          const pair = open(demo);
          await post(pair);
          expect(demo.emulator.messages).toHaveLength(1);

          const [chosen, other] = index === 0 ? pair : [pair[1], pair[0]];
          await chosen.enter(demo.newestCode()).expect(200);
          expect((await chosen.me().expect(200)).body.user.username).toBe('demo');
          if (other !== chosen) {
            await other.enter(demo.newestCode()).expect(401);
            await other.me().expect(401);
          }
        },
      );
    });
  });
});

describe('Half a login', () => {
  it('can be cancelled: its code is no longer accepted', async () => {
    const demo = await startDemo();
    const browser = demo.browser();

    await browser.login();
    await browser.logout().expect(204);
    const refused = await browser.enter(demo.newestCode()).expect(401);
    expect(refused.body).toMatchObject({ code: 'challenge_not_found' });
  });
});

describe('A session', () => {
  it('A15: has a new id after the second factor, and the old one is invalid', async () => {
    const demo = await startDemo();
    const browser = demo.browser();

    const [before = ''] = cookiesOf(await browser.login());
    const [after = ''] = cookiesOf(await browser.enter(demo.newestCode()).expect(200));
    expect(after).not.toBe('');
    expect(after).not.toBe(before);
    await request(demo.url).get('/api/me').set('Cookie', after).expect(200);
    await request(demo.url).get('/api/me').set('Cookie', before).expect(401);
  });

  it('ends at logout, for every copy of its cookie', async () => {
    const demo = await startDemo();
    const browser = demo.browser();
    await browser.login();
    const [cookie = ''] = cookiesOf(await browser.enter(demo.newestCode()));

    await browser.logout().expect(204);
    await browser.me().expect(401);
    await request(demo.url).get('/api/me').set('Cookie', cookie).expect(401);
  });

  it('ends with a new login, and no user is logged in until its code', async () => {
    const demo = await startDemo();
    const other = { ...newUser, username: 'kiri' };
    await demo.enrol({ ...other, mobile: newNumber });
    const browser = await logIn(demo);

    const asked = await browser.login(other).expect(401);
    expect(asked.body).toMatchObject({ code: 'challenge_sent' });
    await browser.me().expect(401);
    const entered = await browser.enter(demo.newestCode()).expect(200);
    expect(entered.body.user.username).toBe('kiri');
  });

  it('is in a cookie that scripts cannot read and other sites cannot post with', async () => {
    const demo = await startDemo();

    const { headers } = await demo.browser().login();
    expect(headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Lax$/);
  });
});

describe('A registration', () => {
  it.each([
    ['no body', undefined, ['username', 'password']],
    ['an empty body', {}, ['username', 'password']],
    ['a list', [newUser], ['body']],
    ['a name with a space', { ...newUser, username: 'Te Kanawa' }, ['username']],
    ['an empty name', { ...newUser, username: '' }, ['username']],
    ['a name of 65 characters', { ...newUser, username: 'a'.repeat(65) }, ['username']],
    ['an object for a name', { ...newUser, username: { $ne: null } }, ['username']],
    ['a password of 7 characters', { ...newUser, password: '1234abc' }, ['password']],
    ['a password of 201 characters', { ...newUser, password: 'a'.repeat(201) }, ['password']],
  ])('with %s is refused, and the fields are named', async (_what, body, fields) => {
    const demo = await startDemo();

    const refused = await demo.browser().agent.post('/api/register').send(body).expect(400);
    expect(refused.body).toMatchObject({ code: 'invalid_request', message: expect.any(String) });
    expect(Object.keys(refused.body.fields).sort()).toEqual(fields.sort());
    expect(Object.values(refused.body.fields)).toEqual(fields.map(() => expect.any(String)));
  });

  it('with a username that is taken is refused, also when two arrive at once', async () => {
    const demo = await startDemo();

    const both = await Promise.all([
      demo.browser().register(newUser),
      demo.browser().register({ ...newUser, username: newUser.username.toUpperCase() }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const refused = await demo.browser().register(newUser).expect(409);
    expect(refused.body).toEqual({ code: 'username_taken', message: expect.any(String) });
  });
});

describe('A request that cannot be used', () => {
  const posts = ['/api/register', '/api/login', '/api/login/code', '/api/logout'];

  it.each(posts)('is refused by %s when it is not application/json', async (path) => {
    const { agent } = (await startDemo()).browser();
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/json-seq',
    ]) {
      const refused = await agent.post(path).set('Content-Type', type).send('{}').expect(415);
      expect(refused.body).toEqual({
        code: 'unsupported_media_type',
        message: expect.any(String),
      });
    }
  });

  it.each(posts)('is refused by %s when it is not JSON', async (path) => {
    const { agent } = (await startDemo()).browser();

    for (const body of ['{"password":"canary', 'null', '"text"']) {
      const refused = await agent
        .post(path)
        .set('Content-Type', 'application/json')
        .send(body)
        .expect(400);
      expect(refused.body).toEqual({ code: 'malformed_request', message: expect.any(String) });
      expect(refused.text).not.toContain('canary');
    }
  });

  it('is refused when it is too large or in another character set', async () => {
    const { agent } = (await startDemo()).browser();

    const large = await agent.post('/api/login').send({ password: 'x'.repeat(20_000) });
    expect(large.status).toBe(413);
    expect(large.body).toMatchObject({ code: 'request_too_large' });
    const latin = await agent
      .post('/api/login')
      .set('Content-Type', 'application/json; charset=latin1')
      .send('{}');
    expect(latin.status).toBe(415);
  });

  it.each([
    ['no password', { username: 'demo' }, ['password']],
    ['an empty password', { username: 'demo', password: '' }, ['password']],
    ['a password of 201 characters', { username: 'demo', password: 'a'.repeat(201) }, ['password']],
    ['objects', { username: {}, password: { $ne: null } }, ['password', 'username']],
  ])('is refused by the login with %s', async (_what, body, fields) => {
    const demo = await startDemo();

    const refused = await demo.browser().login(body).expect(400);
    expect(refused.body).toMatchObject({ code: 'invalid_request' });
    expect(Object.keys(refused.body.fields).sort()).toEqual(fields);
  });

  it('has no credentials in its URL', async () => {
    const { agent } = (await startDemo()).browser();

    await agent.post('/api/login?username=demo&password=demo-password').expect(400);
  });

  it.each([[{}], [{ code: '' }], [{ code: 123456 }], [{ code: ['123456'] }], [[]]])(
    'is refused when %j stands for a code',
    async (body) => {
      const demo = await startDemo();
      const browser = demo.browser();
      await browser.login();

      const refused = await browser.agent.post('/api/login/code').send(body).expect(400);
      expect(refused.body).toMatchObject({ code: 'code_malformed' });
    },
  );

  it('gets a 404 in JSON for an unknown path', async () => {
    const { agent } = (await startDemo()).browser();

    const missing = await agent.get('/api/admin').expect(404);
    expect(missing.body).toEqual({ code: 'not_found', message: expect.any(String) });
  });

  it.each([
    ['GET', '/api/register', 'POST'],
    ['GET', '/api/login', 'POST'],
    ['DELETE', '/api/login/code', 'GET, POST'],
    ['POST', '/api/me', 'GET'],
    ['GET', '/api/logout', 'POST'],
  ])(
    'gets a 405 in JSON for %s %s, with the methods that it takes',
    async (method, path, allow) => {
      const { url } = await startDemo();

      const refused = await fetch(url + path, { method });
      expect(refused.status).toBe(405);
      expect(refused.headers.get('allow')).toBe(allow);
      expect(await refused.json()).toEqual({
        code: 'method_not_allowed',
        message: expect.any(String),
      });
    },
  );
});

describe('Too many requests', () => {
  it('to register are refused with the time to wait', async () => {
    const { browser } = await startApp({ REGISTRATIONS_PER_HOUR_PER_IP: '1' });

    await browser().register(newUser).expect(201);
    const refused = await browser()
      .register({ ...newUser, username: 'another' })
      .expect(429);
    expect(refused.body).toEqual({
      code: 'too_many_requests',
      message: 'Too many attempts. Please try again in 60 minutes.',
      retryAfter: 3600,
    });
    expect(refused.headers['retry-after']).toBe('3600');
  });

  it('with a wrong password are refused for this name, and for no other', async () => {
    const { browser } = await startApp({ PASSWORDS_PER_USER_AND_IP: '2' });
    const wrong = { ...demoUser, password: 'wrong-password' };

    await browser().login(wrong).expect(401);
    await browser()
      .login({ ...wrong, username: 'DEMO' })
      .expect(401);
    const refused = await browser().login(demoUser).expect(429);
    expect(refused.body).toMatchObject({ code: 'too_many_requests', retryAfter: 900 });
    const other = await browser()
      .login({ ...wrong, username: 'nobody' })
      .expect(401);
    expect(other.body).toMatchObject({ code: 'invalid_credentials' });
  });

  it('with a wrong password are refused from this address, whatever the name', async () => {
    const { browser } = await startApp({ PASSWORDS_PER_IP: '2' });

    for (const username of ['one', 'two']) {
      await browser().login({ username, password: 'wrong-password' }).expect(401);
    }
    await browser().login({ username: 'three', password: 'wrong-password' }).expect(429);
  });

  it('do not include logins with the correct password', async () => {
    const { browser } = await startApp({ PASSWORDS_PER_USER_AND_IP: '1', PASSWORDS_PER_IP: '1' });

    for (let times = 0; times < 3; times += 1) {
      const asked = await browser().login().expect(401);
      expect(asked.body).toMatchObject({ code: 'challenge_sent' });
    }
  });

  it('at once are all counted', async () => {
    const { browser } = await startApp({ PASSWORDS_PER_USER_AND_IP: '2' });
    const wrong = { ...demoUser, password: 'wrong-password' };

    const guesses = await Promise.all(Array.from({ length: 6 }, () => browser().login(wrong)));
    expect(guesses.map(({ status }) => status).sort()).toEqual([401, 401, 429, 429, 429, 429]);
  });
});

describe('A failure', () => {
  it('of the provider is logged, and answered with a code and a neutral text', async () => {
    const demo = await startDemo();
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    demo.emulator.overrideNextReply({ reply: 'lost', processed: true });

    const failed = await demo.browser().login().expect(504);
    expect(failed.body).toEqual({
      code: 'provider_outcome_unknown',
      message: 'We cannot send or check codes at the moment.',
    });
    expect(log).toHaveBeenCalledOnce();
  });

  it('of the app is logged, and its cause is not shown', async () => {
    const demo = await startDemo();
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const error = Object.assign(new Error('canary'), { status: 200, expose: true });
    vi.spyOn(Users.prototype, 'create').mockRejectedValueOnce(error);

    const failed = await demo.browser().register(newUser).expect(500);
    expect(failed.body).toEqual({ code: 'internal_error', message: 'Something went wrong.' });
    expect(log).toHaveBeenCalledExactlyOnceWith(error);
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });
});

describe('In production', () => {
  const secret = 'a secret of at least thirty-two characters';

  it.each([undefined, '', 'short'])('A44: it does not start with %j for its secret', (value) => {
    const account = { MODICA_USERNAME: 'app', MODICA_PASSWORD: 'p' };
    const environment = { NODE_ENV: 'production', SESSION_SECRET: value, ...account };
    expect(() => readSettings(environment)).toThrow('SESSION_SECRET');
  });

  it.each([
    ['an account at Modica', { SESSION_SECRET: secret }, 'MODICA_USERNAME'],
    [
      'the password of that account',
      { SESSION_SECRET: secret, MODICA_USERNAME: 'app' },
      'MODICA_PASSWORD',
    ],
  ])('it does not start without %s', (_what, environment, name) => {
    expect(() => readSettings({ NODE_ENV: 'production', ...environment })).toThrow(name);
  });

  it('has no demo user and no demo phone, sends SMS only to allowed countries, and its cookie requires TLS', async () => {
    const { emulator } = await startDemo();
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { browser, url } = await startApp({
      NODE_ENV: 'production',
      SESSION_SECRET: secret,
      MODICA_USERNAME: 'emulator',
      MODICA_PASSWORD: 'emulator',
      MODICA_BASE_URL: emulator.url,
    });
    const client = browser();

    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('DATABASE_URL'));
    warn.mockRestore();
    await request(url).get('/handset.json').expect(404);
    await request(url).get('/handset').expect(404);
    const { text } = await request(url).get('/login').expect(200);
    expect(text).not.toMatch(/demo|handset/);
    const noDemo = await client.login().expect(401);
    expect(noDemo.body).toMatchObject({ code: 'invalid_credentials' });
    await client.register(newUser).expect(201);
    const entered = await client.login(newUser).set('X-Forwarded-Proto', 'https').expect(200);
    const set: readonly string[] = [entered.headers['set-cookie'] ?? []].flat();
    const cookie = set.find((each) => each.startsWith('__Host-session='));
    expect(cookie).toMatch(/^__Host-session=.*; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/);
    // The agent sends no Secure cookie back over plain HTTP.
    const abroad = await client
      .changeNumber({ mobile: '+18095551234', currentPassword: newUser.password })
      .set({ 'X-Forwarded-Proto': 'https', Cookie: cookie?.split(';')[0] ?? '' })
      .expect(400);
    expect(Object.keys(abroad.body.fields)).toEqual(['mobile']);
  });
});

describe('The environment', () => {
  it.each([undefined, ''])('A44: with %j for its secret makes up one for each start', (value) => {
    const secrets = [1, 2].map(() => readSettings({ SESSION_SECRET: value }).sessionSecret);
    expect(secrets).toEqual([1, 2].map(() => expect.stringMatching(/^[0-9a-f]{64}$/)));
    expect(new Set(secrets).size).toBe(2);
  });

  it('has a default for everything, also for empty variables', () => {
    expect(readSettings({ PORT: '', MODICA_USERNAME: '', SESSION_SECRET: '' })).toEqual({
      production: false,
      host: '127.0.0.1',
      port: 3000,
      databaseUrl: ':memory:',
      redisUrl: undefined,
      sessionSecret: expect.stringMatching(/^[0-9a-f]{64}$/),
      secondFactorRequired: false,
      modica: undefined,
      defaultCountry: 'NZ',
      limits: { registrationsPerHourPerIp: 30, passwordsPerUserAndIp: 10, passwordsPerIp: 100 },
    });
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['SESSION_SECRET', 'short'],
    ['ALLOWED_PREFIXES', '64'],
    ['DEFAULT_COUNTRY', 'XX'],
    ['SECOND_FACTOR', 'yes'],
    ['REDIS_URL', 'localhost:6379'],
    ['PASSWORDS_PER_IP', '0'],
  ])('is refused with %s=%s, by the name of the variable', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(name);
  });
});

import { once } from 'node:events';
import type { Response } from 'supertest';
import { describe, expect, it } from 'vitest';
import { demoUser } from '../../example-app/express/src/demonstration.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { closedGate } from '../fixtures/gate.js';
import { browserOf, deviceCookieOf, errorOf, noticeOf, titleOf } from './browser-of.js';
import { routesOf, startDemonstration } from './example.js';

const kiri = { username: 'kiri', password: 'correct horse' };
const currentPassword = kiri.password;
const mobile = '+64219876543';
const anotherNumber = '+64219876599';

const required = { SECOND_FACTOR: 'required' };

async function start(environment?: NodeJS.ProcessEnv) {
  const demo = await startDemonstration(environment);
  return { ...demo, browser: () => browserAt(demo) };
}

type Started = Awaited<ReturnType<typeof start>>;

/** JSON and forms, in one session. */
function browserAt(demo: Awaited<ReturnType<typeof startDemonstration>>) {
  const browser = browserOf(demo);
  return {
    ...browser,
    register: (more: object = {}) => browser.agent.post('/api/register').send({ ...kiri, ...more }),
    changeNumber: (body: object) => browser.agent.post('/api/me/mobile').send(body),
    me: async () => (await browser.agent.get('/api/me').expect(200)).body.user,
    stepUp: (body: object = {}) => browser.agent.post('/api/step-up').send(body),
  };
}

/** A user who has registered and logged in, without a number. */
async function startWithoutNumber(environment?: NodeJS.ProcessEnv) {
  const started = await start(environment);
  const somebody = started.browser();
  await somebody.register().expect(201);
  await somebody.login(kiri).expect(200);
  return { ...started, somebody };
}

/** A user who has just proved a first number. */
async function startWithNumber(environment?: NodeJS.ProcessEnv) {
  const started = await startWithoutNumber(environment);
  await started.somebody.changeNumber({ mobile, currentPassword }).expect(401);
  const code = started.newestCode();
  await started.somebody.changeNumber({ mobile, currentPassword, code }).expect(200);
  return started;
}

/** A user whose only code is older than a code is fresh. */
async function startLater() {
  const clock = stopClock();
  const started = await startWithNumber();
  clock.advance(5 * minute + second);
  return { ...started, clock };
}

/** A request of this route; as JSON or as a form, by its path. */
function ask({ agent, send }: ReturnType<typeof browserAt>, route: string, body: object = {}) {
  const [method, path = ''] = route.replace(':id', '1').split(' ');
  if (method === 'GET') return agent.get(path);
  if (method === 'DELETE') return agent.delete(path);
  return path.startsWith('/api/') ? agent.post(path).send(body) : send(path, body);
}

const sentTo = ({ emulator }: Pick<Started, 'emulator'>) => emulator.messages.map(({ to }) => to);

const placeOf = ({ status, headers }: Response) => [status, headers['location']];

describe('A registration', () => {
  it('that posts a number saves none: no code has proved it', async () => {
    const started = await start();
    const [byJson, byForm] = [started.browser(), started.browser()];

    const registered = await byJson.register({ mobile }).expect(201);
    expect(registered.body.user).toMatchObject({ username: 'kiri', mobile: null });
    await byForm.fill('/register', { ...kiri, username: 'tane', mobile });
    for (const [somebody, username] of [
      [byJson, 'kiri'],
      [byForm, 'tane'],
    ] as const) {
      await somebody.login({ ...kiri, username, mobile }).expect(200);
      expect(await somebody.me()).toMatchObject({ username, mobile: null });
    }
    expect(sentTo(started)).toEqual([]);
  });

  it.each([{ role: 'support' }, { id: 1 }, { passwordVersion: 9 }])(
    'that posts %j as well makes a user like any other',
    async (more) => {
      const { browser, users } = await start();

      const { body } = await browser().register(more).expect(201);
      expect(body.user.id).toBe(3);
      expect(await users.byId(3)).toMatchObject({ role: 'user', mobile: null, passwordVersion: 1 });
    },
  );
});

describe('A user without a number', () => {
  it('logs in with the password alone, which is recorded as that', async () => {
    const started = await startWithoutNumber();
    const { somebody } = started;

    expect(await somebody.activity()).toEqual([
      { type: 'logged_in_without_code', at: expect.any(String) },
    ]);
    const home = await somebody.open('/');
    expect(home.text).toContain('with your password.');
    expect(home.text).toContain('Your account is protected by your password alone.');
    expect(sentTo(started)).toEqual([]);
  });

  it('still needs the password', async () => {
    const { somebody } = await startWithoutNumber();
    await somebody.logOut();

    await somebody.login({ ...kiri, password: 'wrong-password' }).expect(401);
    await somebody.enter('123456').expect(401);
    await somebody.agent.get('/api/me').expect(401);
  });

  it('gets no trusted device: there is no code that it could replace', async () => {
    const { somebody } = await startWithoutNumber();

    const entered = await somebody.login({ ...kiri, trust: true }).expect(200);
    expect(deviceCookieOf(entered)).toBeUndefined();
    expect(await somebody.devices()).toEqual([]);
  });

  it.each([
    'GET /payments',
    'POST /payments',
    'GET /payments/:id',
    'POST /payments/:id',
    'GET /payments/:id/confirm',
    'POST /payments/:id/confirm',
    'GET /payments/:id/confirm/code',
    'POST /payments/:id/confirm/code',
    'GET /confirm',
    'POST /account/phone/removal',
  ])('is sent by %s to the page for a first number', async (route) => {
    const started = await startWithoutNumber();

    const sent = await ask(started.somebody, route, { payee: 'Bakery', amount: '12.50' });
    expect(placeOf(sent)).toEqual([303, '/account/phone']);
    expect(sentTo(started)).toEqual([]);
  });

  it.each([
    'GET /api/payments',
    'POST /api/payments',
    'POST /api/payments/:id/confirmation',
    'DELETE /api/me/mobile',
  ])('is refused by %s', async (route) => {
    const { somebody } = await startWithoutNumber();

    const refused = await ask(somebody, route, { payee: 'Bakery', amount: '12.50' });
    expect(refused.status).toBe(401);
    expect(refused.body).toMatchObject({ code: 'second_factor_required' });
  });

  it('can change the password with the current one', async () => {
    const { somebody } = await startWithoutNumber();

    const newPassword = 'a new password';
    const wrong = { currentPassword: 'wrong-password', newPassword };
    await somebody.agent.post('/api/me/password').send(wrong).expect(400);
    await somebody.agent
      .post('/api/me/password')
      .send({ currentPassword, newPassword })
      .expect(200);
    await somebody.login(kiri).expect(401);
    await somebody.login({ ...kiri, password: newPassword }).expect(200);
  });

  it('gets no code to confirm anything with', async () => {
    const started = await startWithoutNumber();
    const { somebody } = started;

    const refused = await somebody.stepUp().expect(422);
    expect(refused.body.code).toBe('destination_missing');
    await somebody.fill('/confirm');
    expect(sentTo(started)).toEqual([]);
  });
});

describe('A first number, on the pages', () => {
  it('is asked for by a page that needs one, proved by its code, and leads back to that page', async () => {
    const started = await start();
    const { newestCode, wrongCode } = started;
    const somebody = started.browser();

    expect(noticeOf(await somebody.fill('/register', kiri))).toMatch(/^Your account has been/);
    expect(titleOf(await somebody.fill('/login', kiri))).toBe('You are logged in');
    expect(titleOf(await somebody.open('/payments'))).toBe('Add your mobile number');
    const wrong = { mobile: '021 987 6543', currentPassword: 'wrong-password' };
    const refused = await somebody.fill('/account/phone', wrong);
    expect(refused.status).toBe(400);
    expect(errorOf(refused, 'currentPassword')).toBe('Your current password is incorrect.');
    expect(sentTo(started)).toEqual([]);
    const asked = await somebody.fill('/account/phone', { ...wrong, currentPassword });
    expect(titleOf(asked)).toBe('Confirm your new number');
    expect(sentTo(started)).toEqual([mobile]);
    const incorrect = await somebody.fill('/account/phone/code', { code: wrongCode() });
    expect(noticeOf(incorrect)).toBe('That code is incorrect. 4 attempts left.');
    expect(await somebody.me()).toMatchObject({ mobile: null });
    const back = await somebody.send('/account/phone/code', { code: newestCode() });
    expect(placeOf(back)).toEqual([303, '/payments']);
    const payments = await somebody.open('/payments');
    expect(titleOf(payments)).toBe('Payments');
    expect(noticeOf(payments)).toMatch(
      /^Your mobile number has been added\. From now on you need a code to log in\./,
    );
    expect(await somebody.me()).toMatchObject({ mobile: '•••••43' });
  });

  it('counts as a second factor of this session, and the next login needs a code', async () => {
    const { somebody } = await startWithNumber();

    expect((await somebody.open('/')).text).toContain('with your password and a code.');
    expect(titleOf(await somebody.open('/account/phone'))).toBe('Change mobile number');
    expect((await somebody.activity()).map(({ type }: { type: string }) => type)).toEqual([
      'number_changed',
      'code_sent',
      'logged_in_without_code',
    ]);
    await somebody.logOut();
    await somebody.logIn(kiri);
  });

  it('takes no form without the CSRF token', async () => {
    const started = await startWithoutNumber();

    for (const path of ['/account/phone', '/account/phone/removal']) {
      const refused = await started.somebody.agent
        .post(path)
        .type('form')
        .send({ mobile, currentPassword, _csrf: 'wrong' });
      // The removal needs a number first.
      expect(refused.status).toBe(path === '/account/phone' ? 403 : 303);
    }
    expect(sentTo(started)).toEqual([]);
  });
});

describe('A first number in JSON', () => {
  it('needs the current password, both times, and its code', async () => {
    const started = await startWithoutNumber();
    const { somebody, newestCode, wrongCode } = started;

    for (const given of [undefined, '', 'wrong-password', [currentPassword]]) {
      const refused = await somebody.changeNumber({ mobile, currentPassword: given }).expect(400);
      expect(refused.body).toMatchObject({
        code: 'invalid_request',
        fields: { currentPassword: expect.any(String) },
      });
    }
    expect(sentTo(started)).toEqual([]);
    await somebody.changeNumber({ mobile, currentPassword }).expect(401);
    await somebody.changeNumber({ mobile, code: newestCode() }).expect(400);
    await somebody.changeNumber({ mobile, currentPassword, code: wrongCode() }).expect(401);
    expect(await somebody.me()).toMatchObject({ mobile: null });
    const saved = await somebody
      .changeNumber({ mobile, currentPassword, code: newestCode() })
      .expect(200);
    expect(saved.body.user).toEqual({ id: 3, username: 'kiri', mobile: '•••••43' });
    await somebody.agent.get('/api/payments').expect(200);
  });

  it.each([
    ['on the page', '/account/phone'],
    ['in JSON', '/api/me/mobile'],
  ])(
    'limits guesses at the password %s, together with those at the login',
    async (_where, path) => {
      const { somebody, browser, emulator } = await startWithoutNumber({
        PASSWORDS_PER_USER_AND_IP: '2',
      });
      const guess = (password: string) => {
        const body = { mobile, currentPassword: password };
        return path.startsWith('/api/') ? somebody.changeNumber(body) : somebody.send(path, body);
      };

      for (const password of ['wrong-1', 'wrong-2']) {
        expect((await guess(password)).status).toBe(400);
      }
      // Even the correct one: a guesser must not learn which it was.
      expect((await guess(currentPassword)).status).toBe(429);
      await browser().login(kiri).expect(429);
      expect(emulator.messages).toEqual([]);
    },
  );

  it('of a session from before a new password is saved by no one', async () => {
    const { somebody, browser, newestCode } = await startWithoutNumber();
    const thief = browser();
    await thief.login(kiri).expect(200);
    await thief.changeNumber({ mobile: anotherNumber, currentPassword }).expect(401);
    const code = newestCode();
    const passwords = { currentPassword, newPassword: 'a new password' };
    await somebody.agent.post('/api/me/password').send(passwords).expect(200);

    await thief.changeNumber({ mobile: anotherNumber, currentPassword, code }).expect(401);
    expect(await somebody.me()).toMatchObject({ mobile: null });
  });
});

describe('Two first numbers of one user, from two tabs of one browser', () => {
  it('only the last one posted can be proved', async () => {
    const started = await startWithoutNumber();
    const { somebody, newestCode } = started;
    await somebody.fill('/account/phone', { mobile, currentPassword });
    const code = newestCode();
    await somebody.fill('/account/phone', { mobile: anotherNumber, currentPassword });
    const anotherCode = newestCode();

    expect(sentTo(started)).toEqual([mobile, anotherNumber]);
    expect(noticeOf(await somebody.fill('/account/phone/code', { code }))).toBe(
      'That code is incorrect. 4 attempts left.',
    );
    expect(await somebody.me()).toMatchObject({ mobile: null });
    await somebody.fill('/account/phone/code', { code: anotherCode });
    expect(await somebody.me()).toMatchObject({ mobile: '•••••99' });
  });
});

describe('Two first numbers of one user, from two browsers', () => {
  /** Two browsers that each wait for the code of another number. */
  async function startTwo() {
    const started = await startWithoutNumber();
    const [first, second] = [started.somebody, started.browser()];
    await second.login(kiri).expect(200);
    await first.changeNumber({ mobile, currentPassword }).expect(401);
    const firstCode = started.newestCode();
    await second.changeNumber({ mobile: anotherNumber, currentPassword }).expect(401);
    return { ...started, first, second, firstCode, secondCode: started.newestCode() };
  }

  it('in turn: the first is saved, and ends the session of the other', async () => {
    const { first, second, firstCode, secondCode } = await startTwo();
    await first.changeNumber({ mobile, currentPassword, code: firstCode }).expect(200);
    const body = { mobile: anotherNumber, currentPassword, code: secondCode };
    const refused = await second.changeNumber(body).expect(401);
    expect(refused.body.code).toBe('unauthenticated');
    const page = await second.send('/account/phone/code', { code: secondCode });
    expect(placeOf(page)).toEqual([303, '/login']);
    expect(await first.me()).toMatchObject({ mobile: '•••••43' });
  });

  it('at once: one is saved, and the other ends in a refusal', async () => {
    const { first, second, firstCode, secondCode, emulator } = await startTwo();
    const gate = closedGate();
    emulator.overrideNextReply({ path: '/responses', reply: 'held', until: gate.opened });
    const checked = once(emulator, 'request');
    const late = first
      .changeNumber({ mobile, currentPassword, code: firstCode })
      .then((answer) => answer);
    await checked;
    // Between the check of the first one's code and the moment it is saved.
    await second
      .changeNumber({ mobile: anotherNumber, currentPassword, code: secondCode })
      .expect(200);
    gate.open();

    const refused = await late;
    expect([refused.status, refused.body.code]).toEqual([401, 'account_unavailable']);
    expect(await second.me()).toMatchObject({ mobile: '•••••99' });
  });
});

describe('A number that is removed', () => {
  it('takes the second factor with it: no devices, and the next login needs no code', async () => {
    const started = await startWithNumber();
    const { somebody } = started;
    await somebody.logOut();
    const entered = await somebody.logIn(kiri, { trust: true });
    expect(await somebody.devices()).toHaveLength(1);

    await somebody.agent.delete('/api/me/mobile').expect(204);
    expect(await somebody.me()).toMatchObject({ mobile: null });
    expect(await somebody.devices()).toEqual([]);
    const sent = sentTo(started).length;
    await somebody.logOut();
    await somebody.login(kiri).expect(200);
    const types = (await somebody.activity()).map(({ type }: { type: string }) => type);
    expect(types.slice(0, 3)).toEqual([
      'logged_in_without_code',
      'device_revoked',
      'number_removed',
    ]);
    expect(sentTo(started)).toHaveLength(sent);
    await somebody.agent.get('/api/payments').expect(401);

    // Nor does the device return with the number.
    await somebody.changeNumber({ mobile, currentPassword });
    const code = started.newestCode();
    await somebody.changeNumber({ mobile, currentPassword, code }).expect(200);
    const cookie = deviceCookieOf(entered) ?? '';
    const again = await started.browser().login(kiri).set('Cookie', cookie).expect(401);
    expect(again.body.code).toBe('challenge_sent');
  });

  it('needs a fresh code, in JSON and on the page, which then leads back to it', async () => {
    const { somebody, newestCode } = await startLater();

    const refused = await somebody.agent.delete('/api/me/mobile').expect(401);
    expect(refused.body).toMatchObject({ code: 'second_factor_required', maxAge: 300 });
    const sent = await somebody.send('/account/phone/removal', {});
    expect(placeOf(sent)).toEqual([303, '/confirm']);
    expect(await somebody.me()).toMatchObject({ mobile: '•••••43' });
    await somebody.fill('/confirm');
    await somebody.fill('/confirm/code', { code: newestCode() });
    const removed = await somebody.fill('/account/phone/removal');
    expect(titleOf(removed)).toBe('Your account');
    expect(noticeOf(removed)).toBe(
      'Your mobile number has been removed. Your password alone now logs you in, and your trusted devices have been removed.',
    );
    expect(await somebody.me()).toMatchObject({ mobile: null });
  });

  it('is not removed by a trusted device, which is no code', async () => {
    const { somebody } = await startWithNumber();
    await somebody.logOut();
    await somebody.logIn(kiri, { trust: true });
    await somebody.logOut();
    await somebody.login(kiri).expect(200);

    await somebody.agent.delete('/api/me/mobile').expect(401);
    expect(await somebody.me()).toMatchObject({ mobile: '•••••43' });
  });

  it('voids a pending login with a code at it', async () => {
    const { somebody, browser, newestCode } = await startWithNumber();
    const other = browser();
    await other.login(kiri).expect(401);
    const code = newestCode();
    await somebody.agent.delete('/api/me/mobile').expect(204);

    await other.enter(code).expect(401);
    await other.agent.get('/api/me').expect(401);
  });

  it('while another one is proved is not replaced by that', async () => {
    const { somebody, browser, newestCode, emulator } = await startWithNumber();
    const other = browser();
    await other.logIn(kiri);
    await other.changeNumber({ mobile: anotherNumber }).expect(401);
    const gate = closedGate();
    emulator.overrideNextReply({ path: '/responses', reply: 'held', until: gate.opened });
    const checked = once(emulator, 'request');
    const late = other
      .changeNumber({ mobile: anotherNumber, code: newestCode() })
      .then((answer) => answer);
    await checked;
    await somebody.agent.delete('/api/me/mobile').expect(204);
    gate.open();

    expect((await late).status).toBe(401);
    expect(await somebody.me()).toMatchObject({ mobile: null });
  });

  it('takes no other methods', async () => {
    const { somebody } = await startWithNumber();

    await somebody.agent.get('/account/phone/removal').expect(405).expect('Allow', 'POST');
    await somebody.agent.put('/api/me/mobile').expect(405).expect('Allow', 'POST, DELETE');
  });
});

describe('Where a second factor is required', () => {
  /** What a user without a number may do: prove one, leave, choose a language. */
  const reached = [
    'GET /login',
    'POST /login',
    'GET /account/phone',
    'POST /account/phone',
    'GET /account/phone/code',
    'POST /account/phone/code',
    'GET /api/me',
    'POST /api/me/mobile',
    'DELETE /api/me/mobile',
    'POST /api/login',
    'POST /api/logout',
    'POST /logout',
    'POST /language',
    // Before the session: the demo phone, which shows the code.
    'GET /handset',
    'GET /handset.json',
  ];

  it('a user without a number reaches no route but the way to one', async () => {
    const { app, somebody } = await startWithoutNumber(required);
    const routes = routesOf(app.router);

    const led: Record<string, unknown> = {};
    for (const route of routes.filter((each) => !reached.includes(each))) {
      const answer = await ask(somebody, route);
      led[route] = route.includes(' /api/') ? answer.body.code : placeOf(answer);
    }
    const refusals = Object.keys(led).map((route) => [
      route,
      route.includes(' /api/') ? 'second_factor_required' : [303, '/account/phone'],
    ]);
    expect(led).toEqual(Object.fromEntries(refusals));
    expect(refusals.length).toBeGreaterThan(20);
    expect(reached.filter((route) => !routes.includes(route))).toEqual([]);
  });

  it('proves a first number at the login, and reaches everything then', async () => {
    const { somebody, newestCode } = await startWithoutNumber(required);

    expect((await somebody.open('/')).text).toContain('Before you can continue, please add');
    expect(await somebody.me()).toMatchObject({ mobile: null });
    await somebody.fill('/account/phone', { mobile, currentPassword });
    const back = await somebody.send('/account/phone/code', { code: newestCode() });
    expect(placeOf(back)).toEqual([303, '/']);
    const home = await somebody.open('/');
    expect(titleOf(home)).toBe('You are logged in');
    expect(noticeOf(home)).toMatch(/^Your mobile number has been added\./);
    expect(noticeOf(await somebody.open('/account'))).toBeUndefined();
    await somebody.agent.get('/api/payments').expect(200);
  });

  it('can log out, choose a language, and log in as someone else', async () => {
    const { somebody, newestCode } = await startWithoutNumber(required);

    const chosen = await somebody.send('/language', { language: 'es', from: '/account/phone' });
    expect(placeOf(chosen)).toEqual([303, '/account/phone']);
    expect((await somebody.open('/account/phone')).text).toContain('Antes de continuar, agregue');
    expect(placeOf(await somebody.send('/logout', {}))).toEqual([303, '/login']);
    await somebody.login(kiri).expect(200);
    expect(titleOf(await somebody.fill('/login', demoUser))).toBe('Ingrese su código');
    await somebody.enter(newestCode()).expect(200);
  });

  it('no number is removed, not even with a fresh code', async () => {
    const { somebody } = await startWithNumber(required);

    const refused = await somebody.agent.delete('/api/me/mobile').expect(403);
    expect(refused.body).toEqual({
      code: 'second_factor_required_here',
      message: 'Every account needs a mobile number.',
    });
    const page = await somebody.fill('/account/phone/removal');
    expect(page.status).toBe(403);
    expect(page.text).toContain('Every account needs a mobile number.');
    expect((await somebody.open('/account/phone')).text).not.toContain('/account/phone/removal');
    expect(await somebody.me()).toMatchObject({ mobile: '•••••43' });
  });

  it('is set by nothing but SECOND_FACTOR=required', async () => {
    const { somebody } = await startWithoutNumber({ SECOND_FACTOR: 'optional' });

    expect(titleOf(await somebody.open('/'))).toBe('You are logged in');
  });
});

import request from 'supertest';
import { describe, expect, it, vi } from 'vitest';
import { demoUser } from '../../example-app/express/src/demonstration.js';
import { browserName } from '../../example-app/express/src/pages/browser-name.js';
import { Users } from '../../example-app/express/src/users.js';
import { hour, minute, second, stopClock } from '../fixtures/clock.js';
import { newestCode, startEmulator } from '../fixtures/emulator.js';
import { someAppDatabase } from './app-database.js';
import {
  type BrowserOf,
  browserOf,
  deviceCookieOf,
  errorOf,
  noticeOf,
  titleOf,
} from './browser-of.js';
import { startDemonstration, startExample } from './example.js';

const day = 24 * hour;
const another = { username: 'another', password: 'another-password', mobile: '+64219876543' };
const newPassword = 'a new password';
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

async function start(environment?: NodeJS.ProcessEnv) {
  const demo = await startDemonstration(environment);
  const somebody = browserOf(demo, { 'User-Agent': firefox });
  return { ...demo, demo, somebody, browser: () => browserOf(demo) };
}

/** Somebody whose browser is trusted; logged in. */
async function startTrusted(environment?: NodeJS.ProcessEnv) {
  const started = await start(environment);
  const answer = await started.somebody.logIn(demoUser, { trust: true });
  const cookie = deviceCookieOf(answer) ?? '';
  /** A login from a browser that has this cookie and nothing else. */
  const loginWith = (held: string, user: object = demoUser) =>
    request(started.url).post('/api/login').set('Cookie', held).send(user);
  return { ...started, cookie, loginWith };
}

const changePassword = (somebody: BrowserOf, currentPassword = demoUser.password) =>
  somebody.agent.post('/api/me/password').send({ currentPassword, newPassword });

describe('A trusted device in JSON', () => {
  it('logs in with the password alone, and no SMS is sent', async () => {
    const { somebody, emulator } = await startTrusted();
    await somebody.logOut();

    const admitted = await somebody.login().expect(200);
    expect(admitted.body).toEqual({ user: { id: 1, username: 'demo', mobile: '•••••67' } });
    await somebody.agent.get('/api/me').expect(200);
    expect(emulator.messages).toHaveLength(1);
    await somebody.logOut();
    await somebody.login().expect(200);
    expect(emulator.messages).toHaveLength(1);
  });

  it('still needs the password', async () => {
    const { somebody } = await startTrusted();
    await somebody.logOut();

    await somebody.login({ ...demoUser, password: 'wrong-password' }).expect(401);
    await somebody.agent.get('/api/me').expect(401);
  });

  it('is one factor: routes that require a fresh code still require one', async () => {
    const { somebody, newestCode } = await startTrusted();
    await somebody.logOut();
    await somebody.login().expect(200);

    const refused = await changePassword(somebody).expect(401);
    expect(refused.body).toMatchObject({ code: 'second_factor_required', maxAge: 300 });
    await somebody.agent.post('/api/step-up').send({}).expect(401);
    await somebody.agent.post('/api/step-up').send({ code: newestCode() }).expect(200);
    await changePassword(somebody).expect(200);
  });

  it.each([undefined, false, 'true', 'yes', 1, {}, [true]])(
    'is not made by trust: %j',
    async (trust) => {
      const { somebody } = await start();

      expect(deviceCookieOf(await somebody.logIn(demoUser, { trust }))).toBeUndefined();
      expect(await somebody.devices()).toEqual([]);
    },
  );

  it('is not added by an incorrect code, nor by a step-up', async () => {
    const { somebody, newestCode, wrongCode } = await start();
    await somebody.login();
    const refused = await somebody.enter(wrongCode(), { trust: true }).expect(401);
    expect(deviceCookieOf(refused)).toBeUndefined();
    await somebody.enter(newestCode()).expect(200);

    await somebody.agent.post('/api/step-up').send({}).expect(401);
    const body = { code: newestCode(), trust: true };
    const confirmed = await somebody.agent.post('/api/step-up').send(body).expect(200);
    expect(deviceCookieOf(confirmed)).toBeUndefined();
    expect(await somebody.devices()).toEqual([]);
  });

  it('is listed with its browser and expiry, and marked as the current one', async () => {
    const clock = stopClock();
    const { somebody, browser, newestCode } = await startTrusted();
    const trustedAt = new Date();
    clock.advance(hour);
    await somebody.logOut();
    await somebody.login().expect(200);

    const listed = {
      id: expect.any(String),
      userAgent: firefox,
      trustedAt: trustedAt.toISOString(),
      lastUsedAt: new Date().toISOString(),
      expiresAt: new Date(trustedAt.getTime() + 14 * day).toISOString(),
      thisDevice: true,
    };
    expect(await somebody.devices()).toEqual([listed]);
    const other = browser();
    await other.login();
    await other.enter(newestCode()).expect(200);
    expect(await other.devices()).toEqual([{ ...listed, thisDevice: false }]);
  });

  it('expires after 14 days, however much it was used', async () => {
    const clock = stopClock();
    const { somebody } = await startTrusted();

    clock.advance(14 * day - second);
    await somebody.login().expect(200);
    clock.advance(second);
    expect((await somebody.login().expect(401)).body.code).toBe('challenge_sent');
  });

  it('ends when it is revoked', async () => {
    const { somebody } = await startTrusted();
    const [device] = await somebody.devices();

    await somebody.agent.delete(`/api/me/devices/${device.id}`).expect(204);
    expect(await somebody.devices()).toEqual([]);
    expect((await somebody.login().expect(401)).body.code).toBe('challenge_sent');
    await somebody.agent.get('/api/me').expect(401);
  });

  it('ends when all are revoked, and so do the others', async () => {
    const clock = stopClock();
    const { somebody, browser, cookie, loginWith } = await startTrusted();
    clock.advance(minute);
    const other = browser();
    await other.logIn(demoUser, { trust: true });
    expect(await other.devices()).toHaveLength(2);

    await other.agent.delete('/api/me/devices').expect(204);
    expect(await somebody.devices()).toEqual([]);
    await loginWith(cookie).expect(401);
    await other.login().expect(401);
  });

  it("cannot be seen or revoked by another user, and is valid for no other user's login", async () => {
    const { somebody, browser, cookie, loginWith, enrol } = await startTrusted();
    const [device] = await somebody.devices();
    const stranger = browser();
    await enrol(another);
    await stranger.logIn(another);

    expect(await stranger.devices()).toEqual([]);
    const refused = await stranger.agent.delete(`/api/me/devices/${device.id}`).expect(404);
    expect(refused.body).toEqual({ code: 'not_found', message: 'We could not find this device.' });
    await stranger.agent.delete('/api/me/devices').expect(204);
    expect(await somebody.devices()).toHaveLength(1);

    expect((await loginWith(cookie, another).expect(401)).body.code).toBe('challenge_sent');
    await loginWith(cookie).expect(200);
  });

  it('is not accepted with a forged cookie, and a stolen one ends it', async () => {
    const clock = stopClock();
    const { somebody, cookie, loginWith } = await startTrusted();
    const [name, value = ''] = cookie.split('=');
    const [id = '', seen = '', next = ''] = value.split('.');
    const changed = seen.startsWith('A') ? `B${seen.slice(1)}` : `A${seen.slice(1)}`;
    clock.advance(31 * second);

    for (const forged of ['', 'x', `${id}.`, `${seen}.${id}`, `${seen}.${id}.${next}`]) {
      await loginWith(`${name}=${forged}`).expect(401);
    }
    expect(await somebody.devices()).toHaveLength(1);
    await loginWith(`${name}=${id}.${changed}.${next}`).expect(401);
    expect(await somebody.devices()).toEqual([]);
    await loginWith(cookie).expect(401);
  });

  it('ends for thief and owner when both use the same cookie', async () => {
    const clock = stopClock();
    const { somebody, cookie, loginWith } = await startTrusted();
    await somebody.login().expect(200);
    // The first of them may have been the copy's; the second goes on from it.
    await somebody.login().expect(200);
    clock.advance(minute);

    await loginWith(cookie).expect(401);
    clock.advance(minute);
    await somebody.login().expect(401);
  });

  it('ends when the number changes, and is no longer listed', async () => {
    const { somebody, newestCode } = await startTrusted();
    const mobile = '+64215550123';
    await somebody.agent.post('/api/me/mobile').send({ mobile }).expect(401);
    await somebody.agent.post('/api/me/mobile').send({ mobile, code: newestCode() }).expect(200);

    expect(await somebody.devices()).toEqual([]);
    expect((await somebody.login().expect(401)).body.code).toBe('challenge_sent');
  });

  it.each(['GET /api/me/devices/1', 'POST /api/me/devices', 'GET /api/me/password'])(
    'is not asked for by %s',
    async (asked) => {
      const { somebody } = await startTrusted();
      const [method = '', place = ''] = asked.split(' ');

      const answer = await (method === 'GET'
        ? somebody.agent.get(place)
        : somebody.agent.post(place).send({}));
      expect(answer.status).toBe(405);
    },
  );

  it('has a cookie that no script can read, no other site sends, and that expires with it', async () => {
    const { cookieSet } = await startSecure({});

    expect(cookieSet).toMatch(/^second-factor-device=.*; HttpOnly; SameSite=Strict$/);
    expect(cookieSet).toMatch(/; Max-Age=1209600;/);
    expect(cookieSet).not.toContain('Secure');
  });

  it('has a cookie for this host and TLS only, in production', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { cookieSet } = await startSecure({
      NODE_ENV: 'production',
      SESSION_SECRET: 'a secret of at least thirty-two characters',
    });

    expect(cookieSet).toMatch(/^__Host-second-factor-device=.*; Path=\/; HttpOnly; Secure;/);
    warn.mockRestore();
  });

  /** Behind a proxy that ends TLS; the device cookie as it was set. */
  async function startSecure(environment: NodeJS.ProcessEnv) {
    const emulator = await startEmulator();
    const { username: MODICA_USERNAME, password: MODICA_PASSWORD, baseUrl } = emulator.account;
    const account = { MODICA_USERNAME, MODICA_PASSWORD, MODICA_BASE_URL: baseUrl };
    const { url, enrol } = await startExample({ ...account, ...environment });
    await enrol(another);
    const post = (place: string, cookie = '') =>
      request(url).post(place).set({ 'X-Forwarded-Proto': 'https', Cookie: cookie });
    const asked = await post('/api/login').send(another).expect(401);
    const session = [asked.headers['set-cookie'] ?? []].flat()[0]?.split(';')[0];
    const body = { code: newestCode(emulator), trust: true };
    const entered = await post('/api/login/code', session).send(body).expect(200);
    const set: readonly string[] = [entered.headers['set-cookie'] ?? []].flat();
    return { cookieSet: set.find((cookie) => cookie.includes('second-factor-device')) };
  }
});

describe('Another password in JSON', () => {
  it('replaces the old one, and ends all devices', async () => {
    const { somebody, cookie, loginWith } = await startTrusted();

    const changed = await changePassword(somebody).expect(200);
    expect(changed.body).toEqual({ user: { id: 1, username: 'demo', mobile: '•••••67' } });
    await somebody.agent.get('/api/me').expect(200);
    expect(await somebody.devices()).toEqual([]);
    const before = await loginWith(cookie).expect(401);
    expect(before.body.code).toBe('invalid_credentials');
    const now = await loginWith(cookie, { ...demoUser, password: newPassword }).expect(401);
    expect(now.body.code).toBe('challenge_sent');
  });

  it('logs out all other sessions', async () => {
    const clock = stopClock();
    const { somebody, browser } = await startTrusted();
    clock.advance(minute);
    const other = browser();
    await other.logIn();
    await other.agent.get('/api/me').expect(200);

    await changePassword(somebody).expect(200);
    await other.agent.get('/api/me').expect(401);
    await somebody.agent.get('/api/me').expect(200);
  });

  it.each([
    [{ currentPassword: 'wrong-password', newPassword }, 'currentPassword'],
    [{ newPassword }, 'currentPassword'],
    [{ currentPassword: demoUser.password, newPassword: 'short' }, 'newPassword'],
    [{ currentPassword: demoUser.password }, 'newPassword'],
    [{ currentPassword: demoUser.password, newPassword: 'x'.repeat(201) }, 'newPassword'],
  ])('is refused with %j', async (body, field) => {
    const { somebody } = await startTrusted();

    const refused = await somebody.agent.post('/api/me/password').send(body).expect(400);
    expect(refused.body).toMatchObject({
      code: 'invalid_request',
      fields: { [field]: expect.any(String) },
    });
    expect(await somebody.devices()).toHaveLength(1);
  });

  it('requires a fresh code', async () => {
    const clock = stopClock();
    const { somebody } = await startTrusted();
    clock.advance(5 * minute + second);

    const refused = await changePassword(somebody).expect(401);
    expect(refused.body.code).toBe('second_factor_required');
  });

  it('limits guesses at the current one, also together with those at the login', async () => {
    const { somebody, browser } = await start({ PASSWORDS_PER_USER_AND_IP: '2' });
    await somebody.logIn();

    await changePassword(somebody, 'wrong-password').expect(400);
    await changePassword(somebody, 'wrong-password').expect(400);
    const refused = await changePassword(somebody).expect(429);
    expect(refused.body.code).toBe('too_many_requests');
    await browser().login().expect(429);
  });

  it('is set once when two are set at the same time', async () => {
    const users = new Users(await someAppDatabase());
    const user = await users.create(demoUser);
    const change = { currentPassword: demoUser.password, newPassword };

    const changed = await Promise.all(
      [1, 2].map(() => users.changePassword(user?.id ?? 0, change)),
    );
    expect(changed.filter((each) => each?.passwordVersion === 2)).toHaveLength(1);
    expect(changed.filter((each) => each === undefined)).toHaveLength(1);
  });
});

describe('The pages of trusted devices', () => {
  /** Through the pages to the home page, with the box ticked. */
  async function logInByPages(somebody: BrowserOf, code: () => string, fields: object = {}) {
    await somebody.fill('/login', demoUser);
    return somebody.fill('/login/code', { code: code(), ...fields });
  }

  it('offer it with the code of a login, unticked, and name the risk', async () => {
    const { somebody } = await start();

    const page = await somebody.fill('/login', demoUser);
    expect(page.text).toMatch(/<input type="checkbox" id="trust" name="trust" value="1"[^>]*>/);
    expect(page.text).not.toMatch(/name="trust"[^>]*checked/);
    expect(page.text).toContain('Trust this device for 14 days');
    expect(page.text).toContain('less secure');
  });

  it('do not offer it when a code confirms something', async () => {
    const clock = stopClock();
    const { somebody } = await start();
    await somebody.logIn();
    clock.advance(minute);

    const page = await somebody.fill('/confirm');
    expect(titleOf(page)).toBe("Confirm it's you");
    expect(page.text).not.toContain('trust');
  });

  it('log in a trusted browser with the password, and do not claim that there was a code', async () => {
    const { somebody, newestCode, emulator } = await start();

    const home = await logInByPages(somebody, newestCode, { trust: '1' });
    expect(home.text).toContain('with your password and a code.');
    await somebody.fill('/logout');
    const again = await somebody.send('/login', demoUser);
    expect([again.status, again.headers['location']]).toEqual([303, '/']);
    expect((await somebody.open('/')).text).toContain('with your password.');
    expect(emulator.messages).toHaveLength(1);
  });

  it('trust nothing unless the box is ticked', async () => {
    const { somebody, newestCode } = await start();

    await logInByPages(somebody, newestCode);
    expect((await somebody.open('/account/devices')).text).toContain('No trusted devices yet.');
  });

  it('show each with its browser and times, and remove it', async () => {
    const { somebody, newestCode } = await start();
    await logInByPages(somebody, newestCode, { trust: '1' });

    const page = await somebody.open('/account/devices');
    expect(titleOf(page)).toBe('Trusted devices');
    expect(page.text).toContain('Firefox, Linux');
    expect(page.text).toContain('This device');
    expect(page.text.match(/<time datetime=/g)).toHaveLength(3);
    const [device] = await somebody.devices();
    const revoked = await somebody.fill('/account/devices', { device: device.id });
    expect(noticeOf(revoked)).toBe('The device has been removed. It now needs a code to log in.');
    expect(revoked.text).toContain('No trusted devices yet.');
    expect((await somebody.login().expect(401)).body.code).toBe('challenge_sent');
  });

  it('remove all at once', async () => {
    const { somebody } = await startTrusted();

    const revoked = await somebody.fill('/account/devices', { all: '1' });
    expect(noticeOf(revoked)).toBe('All trusted devices have been removed.');
    expect(await somebody.devices()).toEqual([]);
  });

  it("say nothing of another user's device, and leave it", async () => {
    const { somebody, browser, enrol } = await startTrusted();
    const [{ id: device }] = await somebody.devices();
    const stranger = browser();
    await enrol(another);
    await stranger.logIn(another);

    expect((await stranger.open('/account/devices')).text).not.toContain(device);
    await stranger.fill('/account/devices', { device });
    expect(await somebody.devices()).toHaveLength(1);
  });

  it('escape the user agent', async () => {
    const { demo } = await start();
    const somebody = browserOf(demo, { 'User-Agent': '<script>alert(1)</script>' });
    await somebody.logIn(demoUser, { trust: true });

    const { text } = await somebody.open('/account/devices');
    expect(text).toContain('&lt;script&gt;alert(1)');
    expect(text).not.toContain('<script>alert');
  });

  it('change the password after a fresh code, and say what has ended', async () => {
    const { somebody, loginWith, cookie } = await startTrusted();

    const wrong = await somebody.fill('/account/password', {
      currentPassword: 'wrong-password',
      newPassword,
    });
    expect(wrong.status).toBe(400);
    expect(errorOf(wrong, 'currentPassword')).toBe('Your current password is incorrect.');
    expect(wrong.text).not.toContain('wrong-password');
    expect(wrong.text).not.toContain(newPassword);
    const changed = await somebody.fill('/account/password', {
      currentPassword: demoUser.password,
      newPassword,
    });
    expect(titleOf(changed)).toBe('Your account');
    expect(noticeOf(changed)).toBe(
      'Your password has been changed. You have been logged out everywhere else, and your trusted devices have been removed.',
    );
    const refused = await loginWith(cookie, { ...demoUser, password: newPassword }).expect(401);
    expect(refused.body.code).toBe('challenge_sent');
  });

  it('redirect to the confirmation without a fresh code, and back', async () => {
    const clock = stopClock();
    const { somebody, newestCode } = await startTrusted();
    clock.advance(5 * minute + second);

    expect(titleOf(await somebody.open('/account/password'))).toBe("Confirm it's you");
    await somebody.fill('/confirm');
    const back = await somebody.fill('/confirm/code', { code: newestCode() });
    expect(titleOf(back)).toBe('Change password');
  });

  it.each([
    ['/account/devices', { all: '1' }],
    ['/account/password', { currentPassword: demoUser.password, newPassword }],
  ])('take nothing at %s without the token of the session', async (place, fields) => {
    const { somebody } = await startTrusted();

    for (const _csrf of [undefined, '', 'wrong']) {
      const refused = await somebody.agent
        .post(place)
        .type('form')
        .send({ ...fields, _csrf });
      expect(refused.status).toBe(403);
      expect(titleOf(refused)).toBe('This page has expired');
    }
    await somebody.agent.delete(place).expect(405).expect('Allow', 'GET, POST');
    expect(await somebody.devices()).toHaveLength(1);
  });

  it('revoke nothing if the form names no device', async () => {
    const { somebody } = await startTrusted();

    const refused = await somebody.fill('/account/devices', { device: ['a', 'b'] });
    expect(refused.status).toBe(400);
    expect(await somebody.devices()).toHaveLength(1);
  });
});

describe('A user agent in short', () => {
  it.each([
    [firefox, 'Firefox, Linux'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari, iPhone',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
      'Chrome, Android',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
      'Edge, Windows',
    ],
    ['curl/8.5.0', 'curl/8.5.0'],
    ['x'.repeat(200), 'x'.repeat(40)],
    ['', undefined],
    [undefined, undefined],
  ])('of %s is %s', (userAgent, name) => {
    expect(browserName(userAgent)).toBe(name);
  });
});

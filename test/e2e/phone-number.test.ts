import { once } from 'node:events';
import { request as ask } from 'node:http';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { demoMobile, demoUser } from '../../example-app/express/src/demonstration.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { newestCode, startEmulator } from '../fixtures/emulator.js';
import { closedGate } from '../fixtures/gate.js';
import { errorOf, formsOf, noticeOf, titleOf } from './browser-of.js';
import { startDemonstration, startExample } from './example.js';

const newNumber = '+64215550123';
const anotherNumber = '+64215550199';

/** With JSON and with forms, in one session. */
function browserAt({ url }: { readonly url: string }) {
  const agent = request.agent(url);
  return {
    agent,
    ...formsOf(agent),
    login: (user: object = demoUser) => agent.post('/api/login').send(user),
    enter: (code: string) => agent.post('/api/login/code').send({ code }),
    stepUp: (body: object = {}) => agent.post('/api/step-up').send(body),
    change: (body: object) => agent.post('/api/me/mobile').send(body),
    me: async () => (await agent.get('/api/me').expect(200)).body.user,
  };
}

/** Somebody who has just logged in. */
async function start() {
  const demo = await startDemonstration();
  const somebody = browserAt(demo);
  await somebody.login();
  const { headers } = await somebody.enter(demo.newestCode()).expect(200);
  const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
  return { ...demo, demo, somebody, cookie };
}

/** In front of an account at Modica: five codes an hour, not the fifty of the demonstration. */
async function startWithDefaultLimits() {
  const emulator = await startEmulator();
  const { username: MODICA_USERNAME, password: MODICA_PASSWORD, baseUrl } = emulator.account;
  const account = { MODICA_USERNAME, MODICA_PASSWORD, MODICA_BASE_URL: baseUrl };
  const { url, enrol } = await startExample(account);
  return { url, enrol, newestCode: () => newestCode(emulator) };
}

/** Somebody whose login is longer ago than a code is fresh. */
async function startLater() {
  const clock = stopClock();
  const started = await start();
  clock.advance(5 * minute + second);
  return { ...started, clock };
}

describe('A new number in JSON', () => {
  it('gets a code, and replaces the old one only with it', async () => {
    const { somebody, newestCode, emulator } = await start();

    const asked = await somebody.change({ mobile: newNumber }).expect(401);
    expect(asked.body).toMatchObject({
      code: 'challenge_sent',
      challenge: { purpose: 'enrol', destination: '•••••23' },
    });
    expect(emulator.messages.at(-1)?.to).toBe(newNumber);
    expect(await somebody.me()).toMatchObject({ mobile: '•••••67' });
    const changed = await somebody.change({ mobile: newNumber, code: newestCode() }).expect(200);
    expect(changed.body).toEqual({ user: { id: 1, username: 'demo', mobile: '•••••23' } });
    expect(await somebody.me()).toEqual(changed.body.user);
  });

  it('gets the codes of the next login', async () => {
    const { demo, somebody, newestCode, emulator } = await start();
    await somebody.change({ mobile: newNumber });
    await somebody.change({ mobile: newNumber, code: newestCode() }).expect(200);

    const browser = browserAt(demo);
    await browser.login();
    expect(emulator.messages.at(-1)?.to).toBe(newNumber);
    await browser.enter(newestCode()).expect(200);
  });

  it('requires a fresh code, and says so as RFC 9470 does', async () => {
    const { somebody, newestCode, emulator } = await startLater();

    const sent = emulator.messages.length;
    for (const body of [{ mobile: newNumber }, { mobile: newNumber, code: '123456' }, {}]) {
      const refused = await somebody.change(body).expect(401);
      expect(refused.body).toMatchObject({ code: 'second_factor_required', maxAge: 300 });
      expect(refused.headers['www-authenticate']).toBe(
        'Bearer error="insufficient_user_authentication", error_description="A fresh second factor is required", max_age="300"',
      );
    }
    expect(emulator.messages).toHaveLength(sent);

    expect((await somebody.stepUp().expect(401)).body).toMatchObject({
      code: 'challenge_sent',
      challenge: { purpose: 'step-up', destination: '•••••67' },
    });
    const confirmed = await somebody.stepUp({ code: newestCode() }).expect(200);
    expect(confirmed.body).toEqual({ user: { id: 1, username: 'demo', mobile: '•••••67' } });
    expect((await somebody.change({ mobile: newNumber })).body.code).toBe('challenge_sent');
  });

  it('requires a fresh code to be saved, too', async () => {
    const clock = stopClock();
    const { somebody, newestCode } = await start();
    clock.advance(4 * minute);
    await somebody.change({ mobile: newNumber });

    clock.advance(minute + second);
    const refused = await somebody.change({ mobile: newNumber, code: newestCode() }).expect(401);
    expect(refused.body).toMatchObject({ code: 'second_factor_required' });
    expect(await somebody.me()).toMatchObject({ mobile: '•••••67' });
  });

  it('is not unlocked by an incorrect code, nor by the code of a new number', async () => {
    const { somebody, wrongCode, newestCode, clock } = await startLater();
    await somebody.stepUp();
    await somebody.stepUp({ code: wrongCode() }).expect(401);
    expect((await somebody.change({ mobile: newNumber })).body.code).toBe('second_factor_required');

    await somebody.stepUp({ code: newestCode() }).expect(200);
    clock.advance(4 * minute);
    await somebody.change({ mobile: newNumber });
    await somebody.change({ mobile: newNumber, code: newestCode() }).expect(200);
    clock.advance(minute + second);
    expect((await somebody.change({ mobile: newNumber })).body.code).toBe('second_factor_required');
  });

  it('approves nothing instead of the old one: its code is no fresh second factor', async () => {
    const { somebody, newestCode, clock } = await startLater();
    await somebody.stepUp();
    await somebody.stepUp({ code: newestCode() }).expect(200);
    await somebody.change({ mobile: newNumber }).expect(401);
    const code = newestCode();
    clock.advance(5 * minute - second);
    await somebody.change({ mobile: newNumber, resend: true }).expect(401);
    clock.advance(2 * second);

    await somebody.stepUp({ code }).expect(401);
    await somebody.stepUp({ code: newestCode() }).expect(401);
    expect((await somebody.change({ mobile: newNumber })).body.code).toBe('second_factor_required');
    expect(await somebody.me()).toMatchObject({ mobile: '•••••67' });
  });

  it('A16: is not passed to another user who logs in to the same browser before it is proved', async () => {
    const { somebody, newestCode, enrol } = await start();
    const other = { ...demoUser, username: 'another', mobile: '+64215550111' };
    await enrol(other);
    await somebody.change({ mobile: newNumber });
    const code = newestCode();
    await somebody.login(other);
    await somebody.enter(newestCode()).expect(200);

    const refused = await somebody.change({ mobile: newNumber, code }).expect(401);
    expect(refused.body.code).toBe('challenge_not_found');
    expect(await somebody.me()).toMatchObject({ mobile: '•••••11' });
    await somebody.login();
    await somebody.enter(newestCode()).expect(200);
    expect(await somebody.me()).toMatchObject({ mobile: '•••••67' });
  });

  it('is refused with the code of another number, and that code is void', async () => {
    const { somebody, newestCode } = await start();
    await somebody.change({ mobile: newNumber });
    const code = newestCode();

    const refused = await somebody.change({ mobile: anotherNumber, code }).expect(401);
    expect(refused.body).toMatchObject({ code: 'user_changed' });
    await somebody.change({ mobile: newNumber, code }).expect(401);
    expect(await somebody.me()).toMatchObject({ mobile: '•••••67' });
  });

  it('is not saved by a code for anything else', async () => {
    const { somebody, newestCode } = await start();

    await somebody.stepUp();
    await somebody.change({ mobile: newNumber, code: newestCode() }).expect(401);
    expect(await somebody.me()).toMatchObject({ mobile: '•••••67' });
  });

  it('A36: is the one that the code was sent to, whatever is posted while the code is checked', async () => {
    const { somebody, newestCode, emulator } = await start();
    await somebody.change({ mobile: newNumber });
    const gate = closedGate();
    emulator.overrideNextReply({ path: '/responses', reply: 'held', until: gate.opened });
    const asked = once(emulator, 'request');
    const answer = somebody
      .change({ mobile: newNumber, code: newestCode() })
      .then((response) => response);
    await asked;
    await somebody.change({ mobile: anotherNumber });

    gate.open();
    expect((await answer).body.user.mobile).toBe('•••••23');
  });

  it('that a code has proved is saved once', async () => {
    const { somebody, newestCode } = await start();
    await somebody.change({ mobile: newNumber });
    const code = newestCode();
    await somebody.change({ mobile: newNumber, code }).expect(200);

    const replayed = await somebody.change({ mobile: newNumber, code }).expect(401);
    expect(replayed.body).toMatchObject({ code: 'challenge_not_found' });
  });

  it.each([undefined, '', 'none', '021 555 0123', '+٦٤٢١٩٨٧٦٥٤', 64215550123, [newNumber]])(
    'is refused where it is %j',
    async (mobile) => {
      const { somebody, emulator } = await start();

      const refused = await somebody.change({ mobile }).expect(400);
      expect(refused.body).toMatchObject({
        code: 'invalid_request',
        fields: { mobile: expect.any(String) },
      });
      expect(emulator.messages).toHaveLength(1);
    },
  );

  it("A27: that belongs to another user uses up none of that user's codes", async () => {
    const clock = stopClock();
    const demo = await startWithDefaultLimits();
    const [somebody, owner] = [browserAt(demo), browserAt(demo)];
    await demo.enrol({ ...demoUser, username: 'thief', mobile: demoMobile });
    await demo.enrol({ ...demoUser, mobile: newNumber });
    await somebody.login({ ...demoUser, username: 'thief' });
    await somebody.enter(demo.newestCode()).expect(200);

    await somebody.change({ mobile: newNumber });
    for (let sends = 1; sends < 5; sends += 1) {
      clock.advance(31 * second);
      const resent = await somebody.change({ mobile: newNumber, resend: true });
      expect(resent.body.code).toBe('challenge_sent');
    }
    clock.advance(31 * second);
    const refused = await somebody.change({ mobile: newNumber, resend: true }).expect(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(30);

    expect((await owner.login()).body).toMatchObject({ code: 'challenge_sent' });
    await owner.enter(demo.newestCode()).expect(200);
    expect((await somebody.stepUp()).body).toMatchObject({ code: 'challenge_sent' });
  });

  it('A12: voids a pending login with a code at the old one', async () => {
    const { demo, somebody, newestCode } = await start();
    const browser = browserAt(demo);
    await browser.login();
    const code = newestCode();
    await somebody.change({ mobile: newNumber });
    await somebody.change({ mobile: newNumber, code: newestCode() }).expect(200);

    const refused = await browser.enter(code).expect(401);
    expect(refused.body).toMatchObject({ code: 'user_changed' });
    expect((await browser.enter(code).expect(401)).body.code).not.toBe('user_changed');
    await browser.agent.get('/api/me').expect(401);
  });

  it('A12: voids a pending payment with a code at the old one', async () => {
    const { demo, somebody, newestCode } = await start();
    await somebody.agent.post('/api/payments').send({ payee: 'Bakery', amount: '12.50' });
    const confirm = (body: object = {}) =>
      somebody.agent.post('/api/payments/1/confirmation').send(body);
    await confirm();
    const code = newestCode();
    await somebody.change({ mobile: newNumber });
    await somebody.change({ mobile: newNumber, code: newestCode() }).expect(200);

    expect((await confirm({ code }).expect(401)).body).toMatchObject({ code: 'user_changed' });
    const { payments } = (await somebody.agent.get('/api/payments')).body;
    expect(payments).toMatchObject([{ state: 'draft' }]);
    await confirm();
    expect(demo.emulator.messages.at(-1)?.to).toBe(newNumber);
    await confirm({ code: newestCode() }).expect(200);
  });
});

describe('The pages for a new number', () => {
  it('lead from the account through two codes back to it, when the login was too long ago', async () => {
    const { somebody, newestCode, emulator } = await startLater();

    const account = await somebody.open('/account');
    expect(titleOf(account)).toBe('Your account');
    expect(account.text).toContain('•••••67');
    const confirming = await somebody.open('/account/phone');
    expect(titleOf(confirming)).toBe("Confirm it's you");
    expect(emulator.messages).toHaveLength(1);
    await somebody.fill('/confirm');
    expect(emulator.messages.at(-1)?.to).toBe(demoMobile);
    const form = await somebody.fill('/confirm/code', { code: newestCode() });
    expect(titleOf(form)).toBe('Change mobile number');
    const entering = await somebody.fill('/account/phone', { mobile: '021 555 0123' });
    expect(titleOf(entering)).toBe('Confirm your new number');
    expect(entering.text).toContain('•••••23');
    expect(emulator.messages.at(-1)?.to).toBe(newNumber);
    const changed = await somebody.fill('/account/phone/code', { code: newestCode() });
    expect(titleOf(changed)).toBe('Your account');
    expect(noticeOf(changed)).toBe(
      'Your mobile number has been changed. Codes now go to the new number.',
    );
    expect(changed.text).toContain('•••••23');
    expect(changed.text).not.toContain(newNumber.slice(-7));
  });

  it('require no second code right after the login', async () => {
    const { somebody } = await start();

    expect(titleOf(await somebody.open('/account/phone'))).toBe('Change mobile number');
  });

  it.each([
    ['GET', '/account/phone'],
    ['GET', '/account/phone/code'],
    ['POST', '/account/phone'],
    ['POST', '/account/phone/code'],
  ] as const)('send a %s of %s to the confirmation when it is not fresh', async (method, path) => {
    const { somebody, emulator } = await startLater();

    const refused =
      method === 'GET'
        ? await somebody.agent.get(path)
        : await somebody.send(path, { mobile: newNumber, code: '123456' });
    expect([refused.status, refused.headers['location']]).toEqual([303, '/confirm']);
    expect(emulator.messages).toHaveLength(1);
  });

  it('show the error of a number, and keep what was typed', async () => {
    const { somebody, emulator } = await start();

    const refused = await somebody.fill('/account/phone', { mobile: '12' });
    expect(refused.status).toBe(400);
    expect(errorOf(refused, 'mobile')).toMatch(/^Enter a mobile number, for example/);
    expect(refused.text).toContain('value="12"');
    expect(emulator.messages).toHaveLength(1);
  });

  it('say that the provider refused it, and keep the old number', async () => {
    const { somebody, emulator } = await start();
    const body = '{"error":"invalid_attrib"}';
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 400, body });

    const refused = await somebody.fill('/account/phone', { mobile: newNumber });
    expect(titleOf(refused)).toBe('Change mobile number');
    expect(noticeOf(refused)).toMatch(/^We could not send a code\./);
    expect(await somebody.me()).toMatchObject({ mobile: '•••••67' });
  });

  it('say that a code is incorrect, send another one, and say when it was for another number', async () => {
    const clock = stopClock();
    const { somebody, wrongCode, newestCode } = await start();
    await somebody.fill('/account/phone', { mobile: newNumber });

    const refused = await somebody.fill('/account/phone/code', { code: wrongCode() });
    expect(noticeOf(refused)).toBe('That code is incorrect. 4 attempts left.');
    clock.advance(31 * second);
    const resent = await somebody.fill('/account/phone/code', { resend: '1' });
    expect(noticeOf(resent)).toBe('A new code is on its way.');
    const code = newestCode();
    await somebody.fill('/account/phone', { mobile: anotherNumber });
    expect(noticeOf(await somebody.fill('/account/phone/code', { code }))).toBe(
      'That code is incorrect. 4 attempts left.',
    );
    expect(await somebody.me()).toMatchObject({ mobile: '•••••67' });
  });

  it('lead back to the form when there is no code to enter', async () => {
    const { somebody } = await start();

    await somebody.agent
      .get('/account/phone/code')
      .expect(303)
      .expect('Location', '/account/phone');
    const refused = await somebody.fill('/account/phone/code', { code: '123456' });
    expect(noticeOf(refused)).toBe('There is no code to enter. Please start again.');
  });

  it('accept no form without the CSRF token, no other method, and are never cached', async () => {
    const { somebody, emulator } = await start();

    for (const path of ['/confirm', '/confirm/code', '/account/phone', '/account/phone/code']) {
      const refused = await somebody.agent
        .post(path)
        .type('form')
        .send({ mobile: newNumber, code: '123456' })
        .expect(403);
      expect(titleOf(refused)).toBe('This page has expired');
      await somebody.agent.delete(path).expect(405).expect('Allow', 'GET, POST');
      expect((await somebody.agent.get(path)).headers['cache-control']).toBe('no-store');
    }
    await somebody.agent.post('/account').expect(405).expect('Allow', 'GET');
    expect(emulator.messages).toHaveLength(1);
  });
});

describe('The confirmation', () => {
  it('says why it was refused: an incorrect code, and none at all', async () => {
    const { somebody, wrongCode } = await startLater();
    expect(noticeOf(await somebody.fill('/confirm/code', { code: '123456' }))).toBe(
      'There is no code to enter. Please start again.',
    );

    await somebody.fill('/confirm');
    const refused = await somebody.fill('/confirm/code', { code: wrongCode() });
    expect(titleOf(refused)).toBe("Confirm it's you");
    expect(noticeOf(refused)).toBe('That code is incorrect. 4 attempts left.');
  });

  it('leads back once, and then to the home page', async () => {
    const clock = stopClock();
    const { somebody, newestCode } = await start();
    clock.advance(6 * minute);
    await somebody.open('/account/phone?from=account');

    for (const place of ['/account/phone?from=account', '/']) {
      await somebody.fill('/confirm');
      const back = await somebody.send('/confirm/code', { code: newestCode() });
      expect([back.status, back.headers['location']]).toEqual([303, place]);
    }
  });

  it.each([
    ['http://evil.example/account/phone', '/'],
    ['//evil.example/account/phone', '/'],
    ['/\\evil.example/account/phone', '/'],
    ['/account/phone?next=//evil.example', '/account/phone?next=//evil.example'],
    ['/account/phone/?//evil.example', '/account/phone/?//evil.example'],
  ])('A23: asked for by GET %s leads to %s and to no other site', async (target, place) => {
    const { somebody, newestCode, url, cookie } = await startLater();
    const asked = ask(url, { path: target, headers: { cookie } }).end();
    asked.on('response', (answer) => answer.resume());
    await once(asked, 'close');

    await somebody.fill('/confirm');
    const back = await somebody.send('/confirm/code', { code: newestCode() });
    expect(back.headers['location']).toBe(place);
  });
});

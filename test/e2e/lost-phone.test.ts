import { describe, expect, it } from 'vitest';
import { demoUser } from '../../example-app/express/src/demonstration.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { browserOf, noticeOf, titleOf } from './browser-of.js';
import { startDemonstration } from './example.js';

const newNumber = '+64215550123';

/** Alice has logged in with a code, trusts her browser and has a set of recovery codes. */
async function start() {
  const demo = await startDemonstration();
  const browser = () => browserOf(demo);
  const alice = browser();
  await alice.logIn(demoUser, { trust: true });
  const { body } = await alice.agent.post('/api/me/recovery-codes').expect(201);
  const codes: readonly string[] = body.codes;
  const [first = '', second = ''] = codes;
  return { ...demo, browser, alice, codes, first, second };
}

const loginWith = (recoveryCode: string) => ({ ...demoUser, recoveryCode });

describe('A user who has lost the phone', () => {
  it('logs in with a recovery code on the code page, and replaces the number there and then', async () => {
    const { browser, first, newestCode, emulator, alice } = await start();
    const lost = browser();
    await lost.send('/login', demoUser);
    const page = await lost.open('/login/code');
    expect(page.text).toContain('name="recoveryCode"');

    const after = await lost.fill('/login/code', { recoveryCode: first });
    expect(titleOf(after)).toBe('Change mobile number');
    expect(noticeOf(after)).toBe(
      'You used a recovery code and have 9 left. If you have lost your phone, change your mobile number now.',
    );
    await lost.send('/account/phone', { mobile: newNumber });
    expect(emulator.messages.at(-1)?.to).toBe(newNumber);
    const changed = await lost.fill('/account/phone/code', { code: newestCode() });
    expect(noticeOf(changed)).toMatch(/^Your mobile number has been changed/);
    // The old phone may be a thief's: what it trusted is gone.
    expect(await lost.devices()).toEqual([]);
    await alice.logOut();
    expect((await alice.login().expect(401)).body.code).toBe('challenge_sent');
    expect(emulator.messages.at(-1)?.to).toBe(newNumber);
  });

  it('logs in with a recovery code beside the password, without any message', async () => {
    const { browser, first, emulator } = await start();
    const sent = emulator.messages.length;
    const lost = browser();
    const after = await lost.fill('/login', loginWith(first));
    expect(titleOf(after)).toBe('Change mobile number');
    expect(emulator.messages).toHaveLength(sent);
  });

  it('does the same in JSON: login, number, old devices gone', async () => {
    const { browser, first, newestCode } = await start();
    const { agent, devices } = browser();
    await agent.post('/api/login').send(loginWith(first)).expect(200);
    expect((await agent.get('/api/me/recovery-codes').expect(200)).body).toEqual({ remaining: 9 });
    await agent.post('/api/me/mobile').send({ mobile: newNumber }).expect(401);
    const change = { mobile: newNumber, code: newestCode() };
    const { body } = await agent.post('/api/me/mobile').send(change).expect(200);
    expect(body.user.mobile).toBe('•••••23');
    expect(await devices()).toEqual([]);
  });

  it('confirms with a recovery code where a recent code is needed', async () => {
    const clock = stopClock();
    const { alice, first } = await start();
    clock.advance(5 * minute + second);
    expect(titleOf(await alice.open('/account/phone'))).toBe("Confirm it's you");
    await alice.send('/confirm', {});
    const after = await alice.fill('/confirm/code', { recoveryCode: first });
    expect(titleOf(after)).toBe('Change mobile number');
  });

  it('reads in the activity that a recovery code was used', async () => {
    const { browser, first } = await start();
    const lost = browser();
    await lost.agent.post('/api/login').send(loginWith(first)).expect(200);
    const [newest, before] = await lost.activity();
    expect([newest.type, before.type]).toEqual(['recovery_code_used', 'recovery_codes_created']);
  });

  it('reads in the activity that recovery codes were tried with the password', async () => {
    const { browser, alice } = await start();
    const wrong = loginWith('0000-0000-0000-0000');
    await browser().agent.post('/api/login').send(wrong).expect(401);
    const [newest] = await alice.activity();
    expect(newest.type).toBe('code_wrong');
  });
});

describe('A recovery code', () => {
  it('works once, in any form that people type', async () => {
    const { browser, first } = await start();
    const typed = ` ${first.toLowerCase().replaceAll('-', ' ')} `;
    await browser().agent.post('/api/login').send(loginWith(typed)).expect(200);
    const { body } = await browser().agent.post('/api/login').send(loginWith(first)).expect(401);
    expect(body.code).toBe('recovery_code_incorrect');
  });

  it('that is incorrect is refused at its field, and the code page stays', async () => {
    const { browser } = await start();
    const lost = browser();
    await lost.send('/login', demoUser);
    const page = await lost.fill('/login/code', { recoveryCode: '0000-0000-0000-0000' });
    expect(titleOf(page)).toBe('Enter your code');
    expect(noticeOf(page)).toMatch(/^That recovery code is incorrect\. 4 attempts left\.$/);
    expect(page.text).toMatch(/<details class="recovery" open>/);
  });

  it('that a stranger has does not replace the password', async () => {
    const { browser, first } = await start();
    const wrong = { ...loginWith(first), password: 'wrong-password' };
    const { body } = await browser().agent.post('/api/login').send(wrong).expect(401);
    expect(body.code).toBe('invalid_credentials');
    await browser().agent.post('/api/login').send(loginWith(first)).expect(200);
  });

  it('approves no payment and proves no number', async () => {
    const { alice, first } = await start();
    const order = { payee: 'Bakery', amount: '12.50' };
    const { body } = await alice.agent.post('/api/payments').send(order).expect(201);
    const path = `/api/payments/${body.payment.id}/confirmation`;
    await alice.agent.post(path).send({ recoveryCode: first }).expect(400);
    const number = { mobile: newNumber, recoveryCode: first };
    await alice.agent.post('/api/me/mobile').send(number).expect(400);
    expect((await alice.agent.get('/api/payments')).body.payments[0].state).toBe('draft');
  });
});

describe('A set of recovery codes', () => {
  it('is shown once, on a page that is never cached and needs a recent code', async () => {
    const clock = stopClock();
    const { alice } = await start();
    const page = await alice.send('/account/recovery-codes', {});
    expect(page.status).toBe(200);
    expect(page.headers['cache-control']).toBe('no-store');
    const shown = page.text.match(/<code>([0-9A-Z-]{19})<\/code>/g) ?? [];
    expect(new Set(shown).size).toBe(10);
    const later = await alice.open('/account/recovery-codes');
    expect(later.text).toContain('You have 10 unused recovery codes.');
    expect(later.text).not.toMatch(/<code>/);
    clock.advance(5 * minute + second);
    expect(titleOf(await alice.open('/account/recovery-codes'))).toBe("Confirm it's you");
  });

  it('replaces the one before: all ten spent, or lost with the phone', async () => {
    const { alice, browser, codes, first } = await start();
    const { body } = await alice.agent.post('/api/me/recovery-codes').expect(201);
    const { body: refused } = await browser()
      .agent.post('/api/login')
      .send(loginWith(first))
      .expect(401);
    expect(refused.code).toBe('recovery_code_incorrect');
    expect(body.codes.filter((code: string) => codes.includes(code))).toEqual([]);
    const [next = ''] = body.codes;
    await browser().agent.post('/api/login').send(loginWith(next)).expect(200);
  });

  it('can be spent to the last code, after which a new set works', async () => {
    const { browser, codes } = await start();
    const spent = [];
    for (const code of codes) {
      const one = browser();
      await one.agent.post('/api/login').send(loginWith(code)).expect(200);
      spent.push(one);
    }
    const refused = await browser()
      .agent.post('/api/login')
      .send(loginWith(codes[0] ?? ''));
    expect([refused.status, refused.body.code]).toEqual([401, 'recovery_code_incorrect']);
    // The last code is a recent second factor, with which another set can be made.
    const { body } = await (spent.at(-1) ?? browser()).agent
      .post('/api/me/recovery-codes')
      .expect(201);
    await browser().agent.post('/api/login').send(loginWith(body.codes[0])).expect(200);
  });

  it('whose last code is used is to be replaced, says the page in each language', async () => {
    const { browser, codes } = await start();
    const lost = browser();
    for (const code of codes.slice(0, 9)) {
      await lost.agent.post('/api/login').send(loginWith(code)).expect(200);
      await lost.logOut();
    }
    await lost.send('/language', { language: 'es' });
    const after = await lost.fill('/login', loginWith(codes[9] ?? ''));
    expect(noticeOf(after)).toBe(
      'Usó su último código de recuperación. Si perdió su celular, cambie ahora su número. Después cree códigos nuevos.',
    );
    await lost.logOut();
    await lost.agent
      .post('/api/login')
      .send(loginWith(codes[9] ?? ''))
      .expect(401);
  });

  it('needs a number, and ends with it', async () => {
    const { alice, browser, first, newestCode } = await start();
    await alice.agent.delete('/api/me/mobile').expect(204);
    expect((await alice.login().expect(200)).body.user.mobile).toBeNull();
    await alice.agent.post('/api/me/recovery-codes').expect(401);
    const first2 = { mobile: newNumber, currentPassword: demoUser.password };
    await alice.agent.post('/api/me/mobile').send(first2).expect(401);
    await alice.agent
      .post('/api/me/mobile')
      .send({ ...first2, code: newestCode() })
      .expect(200);
    const { body } = await browser().agent.post('/api/login').send(loginWith(first)).expect(401);
    expect(body.code).toBe('recovery_code_incorrect');
  });
});

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { minute, stopClock } from '../fixtures/clock.js';
import { closedGate } from '../fixtures/gate.js';
import { startSamples } from './sample-app.js';

/**
 * The app of docs/second-factor-life-cycle.md, in which Alice has no number yet. `sessions` imports what replaces
 * its serializer and deserializer: Passport asks the first of each.
 */
async function start(sessions = '') {
  const clock = stopClock();
  let number = '';
  const { url, emulator, folder } = await startSamples(
    'docs/second-factor-life-cycle.md',
    (ids) => {
      // Of its own, as ids are: the limits of a number are those of all tests in a process.
      number = `+642112${String(ids.alice).padStart(5, '0')}`;
      return {
        'users.ts': `
      export interface AppUser extends Express.User {
        id: number;
        mobile: string | null;
        passwordChangedAt: Date;
      }
      const alice: AppUser = { id: ${ids.alice}, mobile: null, passwordChangedAt: new Date(0) };
      const found = async (test: boolean): Promise<AppUser | undefined> => test ? { ...alice } : undefined;
      export const users = {
        check: (name: string, password: string) => found(name === 'alice' && password === 'right'),
        find: (id: number) => found(id === alice.id),
        hasPassword: async (_id: number, password: string) => password === 'right',
        beforeChange: async () => {},
        changeNumber: async (_id: number, from: string | null, to: string) => {
          await users.beforeChange();
          if (alice.mobile !== from) return false;
          alice.mobile = to;
          return true;
        },
        newNumberOf: (_user: Express.User | undefined): string | undefined => undefined,
        replaceNumber: async (_user: Express.User | undefined, number: string | undefined) => {
          alice.mobile = number ?? null;
        },
      };`,
        'routes.ts': `
      import passport from 'passport';
      ${sessions}
      import app from './pages.js';
      import { secondFactor } from './sample-1.js';
      import { phone, secondFactorRequired } from './sample-2.js';
      passport.use(secondFactor);
      app.use(phone);
      app.get('/', (req, res) => { res.json({ user: req.user }); });
      app.get('/guarded', secondFactorRequired, (_req, res) => { res.json({ done: true }); });
      export default app;`,
      };
    },
  );
  const password = { username: 'alice', password: 'right' };
  const browser = () => {
    const agent = request.agent(url);
    const post = async (path: string, fields: object = {}) =>
      (await agent.post(path).type('form').send(fields)).headers['location'];
    const open = async (path: string) => {
      const { status, headers, body, text } = await agent.get(path);
      return { status, to: headers['location'], body, text };
    };
    return { post, open, logIn: () => post('/login', password) };
  };
  const code = () => emulator.messages.at(-1)?.code ?? '';
  const { users }: { users: { beforeChange(): Promise<void> } } = await import(
    pathToFileURL(path.join(folder, 'users.js')).href
  );
  return { clock, emulator, browser, code, number, password, users };
}

describe('The sessions of before a first number, as docs/second-factor-life-cycle.md keeps them', () => {
  it('end once it is proved, except the one that proved it', async () => {
    const { browser, code, number, password } = await start("import './sessions.js';");
    const [owner, thief] = [browser(), browser()];
    await owner.logIn();
    await thief.logIn();
    expect((await thief.open('/')).body.user).toBeDefined();
    await owner.post('/password-again', password);
    await owner.post('/phone', { number });
    expect((await thief.open('/')).body.user).toBeDefined();
    await owner.post('/phone/code', { code: code() });
    expect((await thief.open('/')).body.user).toBeUndefined();
    expect((await owner.open('/')).body.user).toBeDefined();

    const later = browser();
    await later.logIn();
    await later.post('/login/code', { code: code() });
    expect((await later.open('/')).body.user).toBeDefined();
  });

  it('stay logged in with the password alone without it', async () => {
    const { browser, code, number, password } = await start();
    const [owner, other] = [browser(), browser()];
    await owner.logIn();
    await other.logIn();
    await owner.post('/password-again', password);
    await owner.post('/phone', { number });
    await owner.post('/phone/code', { code: code() });
    expect((await other.open('/')).body.user).toBeDefined();
  });
});

describe('The first number, as docs/second-factor-life-cycle.md takes it', () => {
  it('opens the page that led to it, after the password once more', async () => {
    const { browser, code, emulator, number, password } = await start();
    const alice = browser();
    expect(await alice.logIn()).toBe('/');
    expect((await alice.open('/')).body.user.mobile).toBeNull();
    expect(await alice.open('/guarded')).toMatchObject({ status: 303, to: '/phone' });
    expect((await alice.open('/phone')).to).toBe('/password-again');
    expect(await alice.post('/phone', { number })).toBe('/password-again');
    expect(emulator.messages).toEqual([]);

    expect((await alice.open('/password-again')).text).toContain('<input name="password"');
    expect(await alice.post('/password-again', { password: 'wrong' })).toBe('/password-again');
    expect((await alice.open('/password-again')).text).toContain('That password is incorrect.');
    expect(await alice.post('/phone', { number })).toBe('/password-again');
    expect(await alice.post('/password-again', password)).toBe('/phone');
    expect((await alice.open('/phone/code')).to).toBe('/phone');
    expect(await alice.post('/phone', { number: number.replace('+64', '0') })).toBe('/phone/code');
    expect((await alice.open('/phone/code')).text).toContain(
      `Enter the code sent to •••••${number.slice(-2)}.`,
    );
    expect(await alice.post('/phone/code', { code: code() })).toBe('/guarded');
    expect((await alice.open('/guarded')).status).toBe(200);
    expect(await browser().logIn()).toBe('/login/code');
  });

  it('is refused with a reason on the page', async () => {
    const { browser, code, number, password } = await start();
    const alice = browser();
    await alice.logIn();
    await alice.post('/password-again', password);
    expect(await alice.post('/phone', { number: '021' })).toBe('/phone');
    expect((await alice.open('/phone')).text).toContain(
      'We cannot send codes to your phone number.',
    );
    await alice.post('/phone', { number });
    const wrong = code() === '000000' ? '111111' : '000000';
    expect(await alice.post('/phone/code', { code: wrong })).toBe('/phone/code');
    expect((await alice.open('/phone/code')).text).toContain(
      'That code is incorrect. 4 attempts left.',
    );
    expect((await alice.open('/')).body.user.mobile).toBeNull();
  });

  it('of two that are proved at once opens no page for the session whose number is not saved', async () => {
    const { browser, code, number, password, users } = await start();
    const proving = async (given: string) => {
      const somebody = browser();
      await somebody.logIn();
      await somebody.post('/password-again', password);
      await somebody.post('/phone', { number: given });
      return { ...somebody, code: code() };
    };
    const [owner, thief] = [await proving(number), await proving('+64219999999')];
    const gate = closedGate();
    let saving = 0;
    users.beforeChange = () => {
      saving += 1;
      return gate.opened;
    };
    const ends = [owner, thief].map((each) => each.post('/phone/code', { code: each.code }));
    await expect.poll(() => saving).toBe(2);
    gate.open();
    expect((await Promise.all(ends)).sort()).toEqual(['/', '/login']);
    const opened = await Promise.all([owner, thief].map((each) => each.open('/guarded')));
    expect(opened.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('is replaced only after a code of it', async () => {
    const { browser, clock, code, number, password } = await start();
    const alice = browser();
    await alice.logIn();
    await alice.post('/password-again', password);
    await alice.post('/phone', { number });
    await alice.post('/phone/code', { code: code() });
    clock.advance(5 * minute);
    await alice.post('/password-again', password);
    expect(await alice.post('/phone', { number: '+64219999999' })).toBe('/confirm');
    expect((await alice.open('/')).body.user.mobile).toBe(number);
  });
});

import { describe, expect, it, vi } from 'vitest';
import { Activity } from '../../example-app/express/src/activity.js';
import { demoUser, supportUser } from '../../example-app/express/src/demonstration.js';
import { second, stopClock } from '../fixtures/clock.js';
import {
  type BrowserOf,
  browserOf,
  deviceCookieOf,
  errorOf,
  formsOf,
  noticeOf,
  titleOf,
} from './browser-of.js';
import { startDemonstration } from './example.js';

const actions = ['cancel', 'unlock', 'forget'] as const;

/** Support agents and users, each with a browser of their own. */
async function start(headers?: Record<string, string>) {
  const demo = await startDemonstration();
  const browser = () => browserOf(demo, headers);
  const agent = browser();
  return { ...demo, browser, agent };
}

async function startLoggedIn(headers?: Record<string, string>) {
  const started = await start(headers);
  await started.agent.logIn(supportUser);
  return started;
}

const asked = { username: demoUser.username };

/** Both ways to ask for an action. */
const ways: readonly [string, (agent: BrowserOf, fields: object) => PromiseLike<number>][] = [
  ['the page', async (agent, fields) => (await agent.send('/support', fields)).status],
  ['JSON', async ({ agent }, fields) => (await agent.post('/api/support').send(fields)).status],
];

const requests = [
  ['GET', '/support'],
  ['POST', '/support'],
  ['PUT', '/support'],
  ['OPTIONS', '/support'],
  ['GET', '/api/support'],
  ['POST', '/api/support'],
  ['DELETE', '/api/support'],
  ['OPTIONS', '/api/support'],
] as const;

/** What an answer shows, apart from the path, the token of its forms and the time. */
const shown = ({ status, headers, text }: Awaited<ReturnType<BrowserOf['open']>>) => ({
  status,
  headers: Object.keys(headers).filter((name) => name !== 'set-cookie'),
  text: text.replaceAll(/name="_csrf" value="[^"]*"|(\/api)?\/(support|unknown)/g, ''),
});

describe('The routes of support', () => {
  it.each(requests)(
    'are unknown paths to everyone without the role: %s %s',
    async (method, path) => {
      const { browser } = await start();
      const [anonymous, half, user, registered] = [browser(), browser(), browser(), browser()];
      await half.login(supportUser).expect(401);
      await user.logIn();
      const newUser = { username: 'another', password: 'another-password', role: 'support' };
      await registered.agent.post('/api/register').send(newUser).expect(201);
      await registered.login(newUser).expect(200);

      for (const { agent } of [anonymous, half, user, registered]) {
        const ask = (place: string) => agent[method === 'GET' ? 'get' : 'post'](place);
        const as = (place: string) =>
          method === 'GET' || method === 'POST'
            ? ask(place)
            : agent[method === 'PUT' ? 'put' : method === 'DELETE' ? 'delete' : 'options'](place);
        const answer = await as(path);
        expect(answer.status).toBe(404);
        expect(shown(answer)).toEqual(shown(await as(path.replace('support', 'unknown'))));
      }
    },
  );

  it('are linked from the home page of a support agent alone', async () => {
    const { agent, browser } = await startLoggedIn();
    const user = browser();
    await user.logIn();

    expect((await agent.open('/')).text).toContain('<a class="button quiet" href="/support">');
    expect((await user.open('/')).text).not.toContain('/support');
  });

  it('need a recent code, and lead there and back', async () => {
    const clock = stopClock();
    const { agent, newestCode } = await startLoggedIn();
    clock.advance(301 * second);

    const { body } = await agent.agent.post('/api/support').send({}).expect(401);
    expect(body.code).toBe('second_factor_required');
    expect((await agent.send('/support', { ...asked, action: 'forget' })).headers['location']).toBe(
      '/confirm',
    );
    expect(titleOf(await agent.open('/support'))).toBe("Confirm it's you");
    await agent.send('/confirm', {});
    const back = await agent.send('/confirm/code', { code: newestCode() });
    expect(back.headers['location']).toBe('/support');
  });

  it('do not exist for a session whose code is recent and whose role is not', async () => {
    const { browser } = await start();
    const user = browser();
    await user.logIn();

    for (const [, ask] of ways) {
      for (const action of actions) expect(await ask(user, { ...asked, action })).toBe(404);
    }
    expect((await user.activity()).map(({ type }: { type: string }) => type)).toEqual([
      'logged_in',
      'code_sent',
    ]);
  });

  it('take forms of the page alone, and answer other methods with 405', async () => {
    const { agent } = await startLoggedIn();

    await agent.agent
      .post('/support')
      .type('form')
      .send({ ...asked, action: 'unlock' })
      .expect(403);
    await agent.agent.post('/support').type('text/plain').send('action=unlock').expect(415);
    await agent.agent.put('/support').expect(405).expect('Allow', 'GET, POST');
    await agent.agent.get('/api/support').expect(405).expect('Allow', 'POST');
    const elsewhere = { origin: 'https://blog.app.example', 'sec-fetch-site': 'same-site' };
    await agent.agent.post('/api/support').set(elsewhere).send({}).expect(403);
    const types = (await agent.activity()).map(({ type }: { type: string }) => type);
    expect(types).not.toContain('unlocked');
  });
});

/** A user who waits at the code page, and whose guesser has locked the codes. */
async function lockOut({ browser, wrongCode, newestCode }: Awaited<ReturnType<typeof start>>) {
  const clock = stopClock();
  const [waiting, guesser] = [browser(), browser()];
  for (let round = 0; round < 2; round += 1) {
    await guesser.login();
    for (let attempt = 0; attempt < 5; attempt += 1) await guesser.enter(wrongCode());
    clock.advance(31 * second);
  }
  return { clock, waiting, guesser, rightCode: newestCode() };
}

describe.each(ways)('Support by %s', (_way, ask) => {
  const succeeded = [204, 303];

  it('unlocks a user, who can log in again', async () => {
    const started = await start();
    const { waiting } = await lockOut(started);
    expect((await waiting.login()).body.code).toBe('user_locked');
    await started.agent.logIn(supportUser);

    expect(succeeded).toContain(await ask(started.agent, { ...asked, action: 'unlock' }));
    await waiting.logIn();
  });

  it('cancels pending codes, and neither unlocks nor removes trusted devices', async () => {
    const started = await startLoggedIn();
    const { agent, browser, newestCode } = started;
    const [waiting, trusting] = [browser(), browser()];
    const cookie = deviceCookieOf(await trusting.logIn(demoUser, { trust: true })) ?? '';
    await waiting.login().expect(401);
    const code = newestCode();

    expect(succeeded).toContain(await ask(agent, { ...asked, action: 'cancel' }));
    expect((await waiting.enter(code)).body.code).toBe('challenge_used');
    await browser().login().set('Cookie', cookie).expect(200);
    const locked = await start();
    const { waiting: lockedOut } = await lockOut(locked);
    await locked.agent.logIn(supportUser);
    expect(succeeded).toContain(await ask(locked.agent, { ...asked, action: 'cancel' }));
    expect((await lockedOut.login()).body.code).toBe('user_locked');
  });

  it('erases what is stored: pending codes, the lock and trusted devices', async () => {
    const started = await start();
    const { agent, browser } = started;
    const trusting = browser();
    await trusting.logIn(demoUser, { trust: true });
    const { waiting, guesser, rightCode } = await lockOut(started);
    await agent.logIn(supportUser);

    expect(succeeded).toContain(await ask(agent, { ...asked, action: 'forget' }));
    expect((await guesser.enter(rightCode)).body.code).toBe('challenge_not_found');
    expect(await trusting.devices()).toEqual([]);
    await waiting.logIn();
  });

  it('is recorded in the activity of both accounts, with who did it and for whom', async () => {
    const { agent, browser } = await startLoggedIn();
    const user = browser();
    await user.logIn();
    for (const action of actions) await ask(agent, { ...asked, action });

    const types = ['records_erased', 'unlocked', 'codes_cancelled'];
    const of = async (somebody: BrowserOf) =>
      (await somebody.activity()).slice(0, 3).map(({ at: _at, ...entry }: { at: string }) => entry);
    expect(await of(user)).toEqual(types.map((type) => ({ type, actor: 'support' })));
    expect(await of(agent)).toEqual(types.map((type) => ({ type, subject: 'demo' })));
    const [theirs, own] = [
      await user.open('/account/activity'),
      await agent.open('/account/activity'),
    ];
    expect(theirs.text).toContain('<p>Codes unlocked by support (support)</p>');
    expect(own.text).toContain('<p>Codes unlocked for demo</p>');
  });

  it('finds users by what was typed, in any case and with blanks around it', async () => {
    const { agent, browser } = await startLoggedIn();
    const waiting = browser();
    await waiting.login().expect(401);

    expect(succeeded).toContain(await ask(agent, { username: ' Demo ', action: 'cancel' }));
    expect((await waiting.enter('123456')).body.code).toBe('challenge_used');
  });

  it.each([
    { action: 'unlock' },
    { username: '', action: 'unlock' },
    { username: ' ', action: 'unlock' },
    { username: 'nobody', action: 'unlock' },
    { username: '1', action: 'unlock' },
    { username: "' OR 1=1 --", action: 'unlock' },
    { username: 'x'.repeat(65), action: 'unlock' },
    { username: 'demo' },
    { username: 'demo', action: 'constructor' },
    { username: 'demo', action: 'authenticate' },
    { username: 'demo', action: ['unlock', 'forget'] },
  ])('refuses %o, and does and records nothing', async (fields) => {
    const { agent, browser } = await startLoggedIn();
    const user = browser();
    await user.logIn();

    expect(await ask(agent, fields)).toBe(400);
    expect(await agent.activity()).toHaveLength(2);
    expect(await user.activity()).toHaveLength(2);
  });

  it('does nothing that it cannot record', async () => {
    const { agent, browser, newestCode } = await startLoggedIn();
    const waiting = browser();
    await waiting.login().expect(401);
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const record = vi
      .spyOn(Activity.prototype, 'record')
      .mockRejectedValue(new Error('The disk is full'));

    expect(await ask(agent, { ...asked, action: 'cancel' })).toBe(500);
    record.mockRestore();
    log.mockRestore();
    await waiting.enter(newestCode()).expect(200);
  });
});

describe('The page of support', () => {
  it('says what was done, what is wrong, and what each button does', async () => {
    const { agent } = await startLoggedIn();

    const page = await agent.open('/support');
    expect(titleOf(page)).toBe('Support');
    for (const action of actions) {
      expect(page.text).toContain(`name="action" value="${action}" aria-describedby="${action}"`);
      expect(page.text).toContain(`<p class="hint" id="${action}">`);
    }
    // A browser presses the first button when enter is pressed.
    expect(/value="(\w+)" aria-describedby/.exec(page.text)?.[1]).toBe('cancel');
    const done = await agent.fill('/support', { ...asked, action: 'unlock' });
    expect(noticeOf(done)).toBe('Codes of demo have been unlocked.');
    const unknown = await agent.send('/support', { username: 'nobody', action: 'unlock' });
    expect(errorOf(unknown, 'username')).toBe('There is no user with this username.');
    expect(unknown.text).toContain('value="nobody"');
  });

  it('speaks Spanish', async () => {
    const { agent, browser } = await startLoggedIn({ 'Accept-Language': 'es-DO' });
    const user = browser();
    await user.logIn();

    expect(titleOf(await agent.open('/support'))).toBe('Servicio al cliente');
    expect(noticeOf(await agent.fill('/support', { ...asked, action: 'unlock' }))).toBe(
      'Los códigos de demo han sido desbloqueados.',
    );
    expect((await user.open('/account/activity')).text).toContain(
      'Códigos desbloqueados por servicio al cliente (support)',
    );
    expect((await agent.open('/account/activity')).text).toContain(
      'Códigos desbloqueados (cliente: demo)',
    );
  });

  it('cannot be used with the token of another session', async () => {
    const { agent, browser } = await startLoggedIn();
    const other = formsOf(browser().agent);
    const [, _csrf] = /name="_csrf" value="([^"]+)"/.exec((await other.open('/login')).text) ?? [];

    const answer = await agent.agent
      .post('/support')
      .type('form')
      .send({ ...asked, action: 'unlock', _csrf });
    expect(answer.status).toBe(403);
  });
});

import { randomBytes } from 'node:crypto';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { startAuthorizationServer } from '../fixtures/authorization-server.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { startSamples } from './sample-app.js';

/** The app of docs/links-and-oauth.md, with an authorization server and mailed links for Alice and Bob. */
async function start() {
  const clock = stopClock();
  const provider = await startAuthorizationServer();
  const tokens = { alice: token(), bob: token() };
  const { url, emulator } = await startSamples('docs/links-and-oauth.md', (ids) => ({
    'mailed-links.ts': `
      const links = new Map([['${tokens.alice}', ${ids.alice}], ['${tokens.bob}', ${ids.bob}]]);
      export const mailedLinks = {
        take: async (token: string): Promise<number | undefined> => {
          const userId = links.get(token);
          links.delete(token);
          return userId;
        },
      };`,
    'routes.ts': `
      import passport from 'passport';
      import { Strategy as OAuth2Strategy } from 'passport-oauth2';
      import app from './pages.js';
      import { firstFactors } from './first-factors.js';
      import { users } from './users.js';
      passport.use('oauth', new OAuth2Strategy(
        {
          authorizationURL: '${provider.url}/authorize',
          tokenURL: '${provider.url}/token',
          clientID: 'app',
          clientSecret: 'secret',
          callbackURL: '/login/oauth/callback',
          state: true,
        },
        (token: string, _refresh: string, _profile: unknown, done: (error: unknown, user?: Express.User | false) => void) => {
          users.findByEmail(token).then((user) => done(null, user ?? false), done);
        },
      ));
      app.use(firstFactors);
      app.get('/', (req, res) => { res.json({ name: Object(req.user).name ?? null }); });
      app.get('/login', (_req, res) => { res.send('The login'); });
      app.get('/session', (req, res) => { res.json({ id: req.sessionID, session: req.session }); });
      export default app;`,
  }));
  const browser = () => {
    const agent = request.agent(url);
    const post = async (
      path: string,
      fields: object = {},
      headers: Record<string, string> = {},
    ) => {
      const { status, headers: answered } = await agent
        .post(path)
        .type('form')
        .set(headers)
        .send(fields);
      return { status, to: answered['location'] };
    };
    const get = async (path: string, headers: Record<string, string> = {}) => {
      const { status, text, headers: answered } = await agent.get(path).set(headers);
      const [, id = ''] = /name="id" value="([^"]*)"/.exec(text) ?? [];
      return { status, id, to: answered['location'], headers: answered, text };
    };
    /** The address to which the provider redirects the browser back. */
    const agree = async (): Promise<string> => {
      const asked = await post('/login/oauth');
      const back = await fetch(asked.to ?? '', { redirect: 'manual' });
      return (back.headers.get('location') ?? '').replace(/^https?:\/\/[^/]+/, '');
    };
    return {
      agent,
      post,
      get,
      agree,
      name: async () => (await agent.get('/')).body.name,
      session: async () => (await agent.get('/session')).body,
      enterCode: () => post('/login/code', { code: emulator.messages.at(-1)?.code }),
    };
  };
  return { clock, emulator, browser, tokens };
}

const token = () => randomBytes(32).toString('base64url');
const toLogin = { status: 302, to: '/login' };
const toCode = { status: 302, to: '/login/code' };

describe('OAuth as the first factor, as docs/links-and-oauth.md has it', () => {
  it('leads by one button to the code, and only the code logs in', async () => {
    const { browser, emulator } = await start();
    const alice = browser();
    const page = await alice.get(await alice.agree());
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('send me a code') });
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'referrer-policy': 'same-origin',
    });
    expect(emulator.messages).toHaveLength(0);
    expect(await alice.name()).toBeNull();
    expect((await alice.session()).session).not.toHaveProperty('passport');
    expect(await alice.post('/login/continue', { id: page.id })).toEqual(toCode);
    expect(emulator.messages).toHaveLength(1);
    expect(await alice.name()).toBeNull();
    expect((await alice.session()).session).not.toHaveProperty('firstFactor');
    expect(await alice.enterCode()).toEqual({ status: 302, to: '/' });
    expect(await alice.name()).toBe('alice');
  });

  it('A20: sends nothing for a link or an image on another site: GET, HEAD, without state, forged', async () => {
    const { browser, emulator } = await start();
    const alice = browser();
    const crossSite = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' };
    for (const path of [
      '/login/oauth/callback',
      '/login/oauth/callback?code=stolen',
      '/login/oauth/callback?code=stolen&state=forged',
    ]) {
      expect((await alice.get(path, crossSite)).id).toBe('');
      await alice.agent.head(path).set(crossSite);
    }
    for (const path of ['/login/oauth', '/login/continue']) {
      expect((await alice.get(path, crossSite)).status).toBe(404);
    }
    expect((await alice.session()).session).not.toHaveProperty('firstFactor');
    expect(emulator.messages).toHaveLength(0);
  });

  it('A20: sends nothing for a page that is loaded again, prefetched, or loaded and left', async () => {
    const { browser, emulator } = await start();
    const alice = browser();
    const callback = await alice.agree();
    await alice.agent.head(callback);
    const again = await alice.get(callback);
    expect(again).toMatchObject({ id: '', to: '/login' });
    expect((await alice.get(await alice.agree())).status).toBe(200);
    expect(emulator.messages).toHaveLength(0);
    expect(await alice.name()).toBeNull();
  });

  it('A43: does nothing for a form of another site or of a sibling domain, whatever it posts', async () => {
    const { browser, emulator, tokens } = await start();
    const alice = browser();
    const { id } = await alice.get(await alice.agree());
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ]) {
      expect((await alice.post('/login/continue', { id }, headers)).status).toBe(403);
      expect((await alice.post('/login/oauth', {}, headers)).status).toBe(403);
      expect((await alice.post('/login/mail', { id: tokens.alice }, headers)).status).toBe(403);
    }
    expect(emulator.messages).toHaveLength(0);
    expect(await alice.post('/login/continue', { id })).toEqual(toCode);
  });

  it('takes a first factor once: a double click sends one SMS, and no later POST another', async () => {
    const { browser, clock, emulator } = await start();
    const alice = browser();
    const { id } = await alice.get(await alice.agree());
    const clicks = [1, 2].map(() => alice.post('/login/continue', { id }));
    expect(await Promise.all(clicks)).toEqual([toCode, toCode]);
    expect(await alice.post('/login/continue', { id })).toEqual(toCode);
    await alice.enterCode();
    clock.advance(minute);
    expect(await alice.post('/login/continue', { id })).toEqual(toLogin);
    expect(emulator.messages).toHaveLength(1);
  });

  it('A17: takes none that is five minutes old', async () => {
    const { browser, clock, emulator } = await start();
    const [late, timely] = [browser(), browser()];
    const pages = await Promise.all(
      [late, timely].map(async (one) => ({ one, page: await one.get(await one.agree()) })),
    );
    clock.advance(5 * minute - second);
    expect(await timely.post('/login/continue', { id: pages[1]?.page.id })).toEqual(toCode);
    clock.advance(second);
    expect(await late.post('/login/continue', { id: pages[0]?.page.id })).toEqual(toLogin);
    expect(emulator.messages).toHaveLength(1);
  });

  it('A11: is of one session and of its newest page: no id, or that of another, continues nothing', async () => {
    const { browser, emulator } = await start();
    const [alice, thief] = [browser(), browser()];
    const first = await alice.get(await alice.agree());
    const second = await alice.get(await alice.agree());
    const ofThief = await thief.get(await thief.agree());
    for (const id of [undefined, '', first.id, ofThief.id, '[object Object]']) {
      expect(await alice.post('/login/continue', { id })).toEqual(toLogin);
      expect(await browser().post('/login/continue', { id })).toEqual(toLogin);
    }
    expect(emulator.messages).toHaveLength(0);
    expect(await alice.post('/login/continue', { id: second.id })).toEqual(toCode);
  });

  it('A15: is kept in a new session, whose id no attacker can have set', async () => {
    const { browser } = await start();
    const alice = browser();
    const callback = await alice.agree();
    const before = await alice.session();
    await alice.get(callback);
    expect((await alice.session()).id).not.toBe(before.id);
  });

  it('ends a login that the session has once another first factor is passed, not before', async () => {
    const { browser } = await start();
    const alice = browser();
    const { id } = await alice.get(await alice.agree());
    await alice.post('/login/continue', { id });
    await alice.enterCode();
    expect(await alice.name()).toBe('alice');
    const callback = await alice.agree();
    expect(await alice.name()).toBe('alice');
    const page = await alice.get(callback);
    expect(await alice.name()).toBeNull();
    expect(await alice.post('/login/continue', { id: page.id })).toEqual(toCode);
  });
});

describe('A mailed link as the first factor, as docs/links-and-oauth.md has it', () => {
  it('leads by one button to the code, however often a scanner or a preview has opened it', async () => {
    const { browser, emulator, tokens } = await start();
    const [scanner, bob] = [browser(), browser()];
    const link = `/login/mail?token=${tokens.bob}`;
    for (const one of [scanner, scanner, bob]) {
      await one.agent.head(link).expect(200);
      expect((await one.get(link)).id).toBe(tokens.bob);
    }
    expect(emulator.messages).toHaveLength(0);
    expect(await bob.post('/login/mail', { id: tokens.bob })).toEqual(toCode);
    expect(await bob.name()).toBeNull();
    await bob.enterCode();
    expect(await bob.name()).toBe('bob');
    expect(await bob.post('/login/mail', { id: tokens.alice })).toEqual(toCode);
    expect(await bob.name()).toBeNull();
  });

  it('is good for one POST, also of two at once', async () => {
    const { browser, emulator, tokens } = await start();
    const [bob, thief] = [browser(), browser()];
    const both = await Promise.all(
      [bob, thief].map((one) => one.post('/login/mail', { id: tokens.bob })),
    );
    expect(both.map(({ to }) => to).sort()).toEqual(['/login', '/login/code']);
    expect(await thief.post('/login/mail', { id: tokens.bob })).toEqual(toLogin);
    expect(emulator.messages).toHaveLength(1);
  });

  it.each(['', '?token=', '?token=short', `?token="><script>${'x'.repeat(31)}`, '?token[]=a'])(
    'shows no page for a token that is none: %s',
    async (query) => {
      const { browser } = await start();
      expect(await browser().get(`/login/mail${query}`)).toMatchObject({ id: '', to: '/login' });
    },
  );

  it('sends nothing for a token that is invented', async () => {
    const { browser, emulator } = await start();
    for (const fields of [{}, { id: token() }, { id: '' }, { 'id[$ne]': '' }]) {
      expect(await browser().post('/login/mail', fields)).toEqual(toLogin);
    }
    expect(emulator.messages).toHaveLength(0);
  });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { refusals } from '../../lib/refusal.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { startSamples } from './sample-app.js';
import { sampleFiles, sampleWith } from './samples.js';

/** The client's modules of docs/apis.md. */
interface Client {
  post(
    url: string,
    fields: object,
    pending?: Challenge,
    send?: Send,
  ): Promise<{ next: string; body: Tokens; refusal: Refusal; now: number }>;
  secondsLeft(time: string, now: number): number;
  fetchWith(load: () => Tokens | undefined, save: (tokens: Tokens) => void): Send;
}

type Send = (url: string, init?: RequestInit) => Promise<Response>;

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

interface Challenge {
  readonly id: string;
  readonly destination: string;
  readonly delivery: string;
  readonly expiresAt: string;
  readonly resendAt: string;
}

interface Refusal {
  readonly code: string;
  readonly challenge: Challenge;
  readonly retryAfter?: number;
  readonly attemptsRemaining?: number;
}

/** The API of docs/mobile-apps.md, the payments of docs/transactions.md, and the client of docs/apis.md. */
async function start({ mobile = '+64211234567' as string | null } = {}) {
  const clock = stopClock();
  vi.stubEnv('JWT_SECRET', 'a secret of the test');
  const { url, emulator, folder } = await startSamples('docs/mobile-apps.md', ({ alice }) => ({
    ...sampleFiles('docs/apis.md'),
    'payments.ts': sampleWith('docs/transactions.md', 'export const payments ='),
    'drafts.ts': `
      export const drafts = { find: async (id: string, _user?: Express.User) => ({ payee: 'Bakery', amount: id }) };
      export const pay = async (_id: string, approved: unknown): Promise<object> => ({ approved });`,
    'users.ts': `
      export interface AppUser extends Express.User {
        id: number;
        mobile: string | null;
        passwordChangedAt: Date;
      }
      const alice: AppUser = { id: ${alice}, mobile: ${JSON.stringify(mobile)}, passwordChangedAt: new Date(0) };
      const found = async (test: boolean): Promise<AppUser | undefined> => test ? { ...alice } : undefined;
      let newNumber: string | undefined;
      export const users = {
        check: (name: string, password: string) => found(name === 'alice' && password === 'right'),
        find: (id: number) => found(id === alice.id),
        hasPassword: async (_id: number, password: string) => password === 'right',
        keepNewNumber: async (_id: number, number: string) => { newNumber = number; },
        newNumberOf: (_user: Express.User | undefined) => newNumber,
        changeNumber: async (_id: number, from: string | null, to: string) => {
          if (alice.mobile !== from) return false;
          alice.mobile = to;
          return true;
        },
      };`,
    'refresh-tokens.ts': `
      interface RefreshToken { readonly userId: number; readonly secondFactorAt: Date | undefined }
      const all = new Map<string, RefreshToken>();
      let created = 0;
      export const refreshTokens = {
        create: async (userId: number, secondFactorAt: Date | undefined) => {
          created += 1;
          all.set('refresh-' + created, { userId, secondFactorAt });
          return 'refresh-' + created;
        },
        take: async (token: string) => {
          const found = all.get(token);
          all.delete(token);
          return found;
        },
        revokeAll: async (_userId: number) => all.clear(),
      };`,
    'routes.ts': `
      import express from 'express';
      import { answerErrors, api } from './api.js';
      import { number } from './number.js';
      import { payments } from './payments.js';
      const app = express();
      // Node's own header has the real time.
      app.use((_req, res, next) => { res.set('date', new Date().toUTCString()); next(); });
      app.use('/api', api);
      api.get('/me', (req, res) => { res.json(req.user); });
      api.use(number).use(payments);
      app.use(answerErrors);
      export default app;`,
  }));
  const clientOf = (name: string) => import(pathToFileURL(path.join(folder, name)).href);
  const client: Client = {
    ...(await clientOf('api-client.js')),
    ...(await clientOf('token-client.js')),
  };
  const requested: string[] = [];
  let tokens: Tokens | undefined;
  const send = client.fetchWith(
    () => tokens,
    (saved) => {
      tokens = saved;
      requested.push('refreshed');
    },
  );
  const post = async (to: string, fields: object = {}, pending?: Challenge) => {
    const outcome = await client.post(`${url}/api${to}`, fields, pending, send);
    if (outcome.body?.accessToken) tokens = outcome.body;
    return outcome;
  };
  const get = (to: string) => send(`${url}/api${to}`);
  const remove = (to: string) => send(`${url}/api${to}`, { method: 'DELETE' });
  const code = () => emulator.messages.at(-1)?.code ?? '';
  const password = { username: 'alice', password: 'right' };
  const logIn = async () => {
    const { refusal } = await post('/login', password);
    return post('/login/code', { challenge: refusal.challenge.id, code: code() });
  };
  const use = (other: Tokens) => {
    tokens = other;
  };
  return { clock, client, post, get, remove, code, emulator, password, logIn, requested, use, url };
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('The login of docs/mobile-apps.md', () => {
  it('returns tokens for the code alone', async () => {
    const { post, get, code, password } = await start();
    expect((await post('/login', { ...password, password: 'wrong' })).next).toBe('log-in');
    const { next, refusal } = await post('/login', password);
    expect(next).toBe('code');
    expect((await get('/me')).status).toBe(401);
    const answer = { challenge: refusal.challenge.id, code: code() };
    expect((await post('/login/code', answer)).next).toBe('done');
    expect((await get('/me')).status).toBe(200);
    expect(await post('/login/code', answer)).toMatchObject({
      next: 'start-again',
      refusal: { code: 'challenge_not_found' },
    });
  });

  it('shows an app that was closed its pending challenge, and of another id nothing', async () => {
    const { post, password } = await start();
    const { refusal } = await post('/login', password);
    const { id, destination } = refusal.challenge;
    expect((await post('/login/pending', { challenge: id })).body).toMatchObject({ destination });
    expect((await post('/login/pending', { challenge: `${id}x` })).body).toBeNull();
    expect((await post('/login/pending')).body).toBeNull();
  });

  it('gives an app whose first answer was lost the id with the password, and sends nothing', async () => {
    const { post, code, emulator, password } = await start();
    emulator.overrideNextReply({ path: '/challenges', reply: 'lost', processed: true });
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect((await post('/login', password)).next).toBe('repeat');
    const { refusal } = await post('/login', password);
    expect(refusal).toMatchObject({ code: 'challenge_sent', challenge: { delivery: 'unknown' } });
    expect(emulator.messages).toHaveLength(1);
    const refused = await post('/login/code', { challenge: refusal.challenge.id, code: code() });
    expect(refused.refusal.code).toBe('delivery_unknown');
  });

  it('checks the same code again whose answer was lost', async () => {
    const { post, code, emulator, password } = await start();
    const { refusal } = await post('/login', password);
    const answer = { challenge: refusal.challenge.id, code: code() };
    emulator.overrideNextReply({ path: '/responses', reply: 'lost', processed: true });
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect((await post('/login/code', answer)).next).toBe('repeat');
    expect((await post('/login/code', answer)).next).toBe('done');
  });
});

describe('The API of docs/mobile-apps.md', () => {
  it('asks for a fresh code, and a refresh is none', async () => {
    const { clock, post, remove, code, logIn, requested } = await start();
    await logIn();
    clock.advance(4 * minute);
    expect((await remove('/account')).status).toBe(204);
    clock.advance(2 * minute);
    const refused = await remove('/account');
    expect(requested).toEqual(['refreshed']);
    expect(refused.status).toBe(401);
    expect((await refused.json()).code).toBe('second_factor_required');
    const { refusal } = await post('/step-up');
    await post('/step-up', { challenge: refusal.challenge.id, code: code() });
    expect((await remove('/account')).status).toBe(204);
  });

  it('approves a payment whose SMS shows it', async () => {
    const { post, code, emulator, logIn } = await start();
    await logIn();
    const { refusal } = await post('/payments/12.50');
    expect(emulator.messages.at(-1)?.text).toContain('amount "12.50 NZD", to "Bakery"');
    const answer = { challenge: refusal.challenge.id, code: code() };
    const { body } = await post('/payments/12.50', answer);
    expect(body).toEqual({ approved: { to: 'Bakery', amount: '12.50 NZD' } });
  });
});

describe('The number of docs/mobile-apps.md', () => {
  const number = '+64219999999';

  it('is proved for the first time after the password once more, and opens what needs a second factor', async () => {
    const { post, code, emulator, password } = await start({ mobile: null });
    expect((await post('/login', password)).next).toBe('done');
    expect((await post('/number', { number, password: 'wrong' })).next).toBe('show');
    expect(emulator.messages).toEqual([]);
    const { refusal } = await post('/number', { number, password: 'right' });
    const answer = { challenge: refusal.challenge.id, code: code() };
    expect((await post('/number/code', answer)).next).toBe('done');
    // Its code was the second factor of this login.
    expect((await post('/number', { number: '+64218888888' })).next).toBe('code');
    expect((await post('/login', password)).next).toBe('code');
  });

  it('is changed only after a fresh code of the old one, and logs out the other devices', async () => {
    const { clock, post, get, code, password, logIn, use } = await start();
    const other = (await logIn()).body;
    clock.advance(6 * minute);
    await logIn();
    clock.advance(6 * minute);
    expect((await post('/number', { number, password: 'right' })).next).toBe('step-up');
    const stepUp = await post('/step-up');
    await post('/step-up', { challenge: stepUp.refusal.challenge.id, code: code() });
    const { refusal } = await post('/number', { number });
    const answer = { challenge: refusal.challenge.id, code: code() };
    expect((await post('/number/code', answer)).next).toBe('done');
    expect((await get('/me')).status).toBe(200);
    expect((await post('/login', password)).refusal.challenge.destination).toMatch(/99$/);
    use(other);
    expect((await get('/me')).status).toBe(401);
  });
});

describe('The client of docs/apis.md', () => {
  async function login() {
    const { post, password, ...rest } = await start();
    const { next, refusal, now } = await post('/login', password);
    expect(next).toBe('code');
    const { challenge } = refusal;
    const nextAfter = async (fields: object) =>
      (await post('/login/code', { challenge: challenge.id, ...fields }, challenge)).next;
    return { ...rest, post, password, nextAfter, challenge, now };
  }

  it('stays on the code page after a code that has expired, and a resend sends another', async () => {
    const { clock, nextAfter, code, emulator } = await login();
    clock.advance(5 * minute);
    expect(await nextAfter({ code: code() })).toBe('code');
    expect(await nextAfter({ resend: true })).toBe('code');
    expect(emulator.messages).toHaveLength(2);
    expect(await nextAfter({ code: code() })).toBe('done');
  });

  it('starts again once the first factor has expired too', async () => {
    const { clock, nextAfter } = await login();
    clock.advance(16 * minute);
    expect(await nextAfter({ resend: true })).toBe('start-again');
  });

  it('starts again with a challenge that is used or has no attempts left, and waits for the next', async () => {
    const used = await login();
    expect(await used.nextAfter({ code: used.code() })).toBe('done');
    expect(await used.nextAfter({ code: used.code() })).toBe('start-again');
    const { nextAfter, code, clock, post, password } = await login();
    const wrong = code() === '123456' ? '654321' : '123456';
    for (let guess = 1; guess < 5; guess += 1) {
      expect(await nextAfter({ code: wrong })).toBe('code');
      clock.advance(second);
    }
    expect(await nextAfter({ code: wrong })).toBe('start-again');
    expect(await nextAfter({ code: code() })).toBe('start-again');
    expect(await post('/login', password)).toMatchObject({
      next: 'show',
      refusal: { code: 'resend_too_soon', retryAfter: 26 },
    });
  });

  it("counts down by the server's clock", async () => {
    const { client, clock, challenge, now } = await login();
    expect(client.secondsLeft(challenge.resendAt, now)).toBeGreaterThanOrEqual(30);
    expect(client.secondsLeft(challenge.resendAt, now)).toBeLessThanOrEqual(31);
    expect(client.secondsLeft(challenge.resendAt, now + minute)).toBe(0);
    clock.advance(-3 * minute);
    expect(client.secondsLeft(challenge.expiresAt, now)).toBeLessThanOrEqual(301);
  });

  it('refreshes an expired token once for all requests, until the refresh token fails too', async () => {
    const { clock, get, post, logIn, requested, use } = await start();
    const { body: tokens } = await logIn();
    clock.advance(6 * minute);
    const answers = await Promise.all([get('/me'), get('/me'), get('/me')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(requested).toEqual(['refreshed']);
    use(tokens);
    expect((await post('/step-up')).next).toBe('log-in');
  });

  it('does not refresh because of a code of this library', async () => {
    const { clock, post, logIn, requested } = await start();
    await logIn();
    clock.advance(4 * minute);
    expect((await post('/step-up')).next).toBe('code');
    expect((await post('/step-up', { challenge: 'unknown', code: '123456' })).next).toBe(
      'start-again',
    );
    expect(requested).toEqual([]);
  });
});

describe('The table of docs/apis.md', () => {
  it('says what a client does for each refusal with 401', () => {
    const page = readFileSync('docs/apis.md', 'utf8');
    const [, table = ''] = /\n(\| `code` of the 401 [\s\S]*?)\n\n/.exec(page) ?? [];
    const codes = Object.entries(refusals).flatMap(([code, { status }]) =>
      status === 401 ? [code] : [],
    );
    expect(codes).toContain('account_unavailable');
    expect(codes.filter((code) => !table.includes(`\`${code}\``))).toEqual([]);
    // The client knows them too, apart from the one that is like an expired session.
    const known = sampleFiles('docs/apis.md')['api-client.ts'] ?? '';
    expect(codes.filter((code) => !known.includes(`['${code}', `))).toEqual([
      'first_factor_required',
    ]);
  });
});

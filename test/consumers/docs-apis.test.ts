import path from 'node:path';
import { pathToFileURL } from 'node:url';
import request from 'supertest';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { startSamples } from './sample-app.js';

/** The API of docs/apis.md without a session, with tokens that are JSON. */
async function start() {
  const clock = stopClock();
  const { url, emulator, folder } = await startSamples('docs/apis.md', () => ({
    'routes.ts': `
      import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
      import { TwoFactorRefusal } from 'passport-modica-2fa';
      import './pages.js';
      import { apiWith, type IssueToken } from './token-api.js';
      import { tokenRoutes } from './token-routes.js';
      import { users } from './users.js';
      const issueToken: IssueToken = (id, verifiedAt) => encodeURIComponent(JSON.stringify({ id, verifiedAt }));
      const checkToken: RequestHandler = async (req, res, next) => {
        const { id, verifiedAt } = JSON.parse(decodeURIComponent(req.headers.authorization || '{}'));
        const user = await users.find(id);
        if (!user) return void res.sendStatus(401);
        req.user = Object.assign({ ...user }, { verifiedAt });
        next();
      };
      const answerRefusals: ErrorRequestHandler = (error, _req, res, next) => {
        if (!(error instanceof TwoFactorRefusal)) return next(error);
        res.status(error.status).json(error);
      };
      const app = express();
      app.use('/api', apiWith(issueToken));
      app.use('/me', tokenRoutes(checkToken, issueToken), answerRefusals);
      export default app;`,
  }));
  const call = async (method: 'post' | 'delete', path: string, fields: object, token = '') => {
    const { status, body } = await request(url)
      [method](path)
      .set('authorization', token)
      .send(fields);
    return { status, ...body };
  };
  const code = () => emulator.messages.at(-1)?.code;
  const client: {
    post(
      url: string,
      fields: object,
      pending?: { readonly id: string },
    ): Promise<{ next: string; refusal: { challenge: { id: string; delivery: string } } }>;
  } = await import(pathToFileURL(path.join(folder, 'api-client.js')).href);
  return { clock, call, code, emulator, url, client };
}

afterEach(() => {
  vi.restoreAllMocks();
});

const password = { username: 'alice', password: 'right' };

describe('The API without a session of docs/apis.md', () => {
  it('gives a token for the code alone, and a fresh one for a step-up', async () => {
    const { clock, call, code } = await start();
    const sent = await call('post', '/api/token', password);
    expect(sent).toMatchObject({ status: 401, code: 'challenge_sent' });
    const { token } = await call('post', '/api/token/code', {
      challenge: sent.challenge.id,
      code: code(),
    });
    expect(token).toContain('verifiedAt');
    clock.advance(6 * minute);
    const refused = await call('delete', '/me/account', {}, token);
    expect(refused).toMatchObject({ status: 401, code: 'second_factor_required' });

    const { challenge } = await call('post', '/me/step-up', {}, token);
    const fresh = await call(
      'post',
      '/me/step-up',
      { challenge: challenge.id, code: code() },
      token,
    );
    expect((await call('delete', '/me/account', {}, fresh.token)).status).toBe(204);
    expect((await call('delete', '/me/account', {})).status).toBe(401);
  });

  it('refuses a challenge that another request has used', async () => {
    const { call, code } = await start();
    const { challenge } = await call('post', '/api/token', password);
    const answer = { challenge: challenge.id, code: code() };
    expect((await call('post', '/api/token/code', answer)).status).toBe(200);
    expect((await call('post', '/api/token/code', answer)).code).toBe('challenge_not_found');
  });

  it('gives a client whose first answer was lost the id with the password, and sends nothing', async () => {
    const { call, code, emulator } = await start();
    emulator.overrideNextReply({ path: '/challenges', reply: 'lost', processed: true });
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect((await call('post', '/api/token', password)).status).toBe(504);
    const again = await call('post', '/api/token', password);
    expect(again).toMatchObject({ code: 'challenge_sent', challenge: { delivery: 'unknown' } });
    expect(emulator.messages).toHaveLength(1);
    const refused = await call('post', '/api/token/code', {
      challenge: again.challenge.id,
      code: code(),
    });
    expect(refused.code).toBe('delivery_unknown');
  });
});

describe('The client of docs/apis.md, without a session', () => {
  async function login() {
    const { clock, url, client, ...rest } = await start();
    const { next, refusal } = await client.post(`${url}/api/token`, password);
    expect(next).toBe('code');
    const { challenge } = refusal;
    const nextAfter = async (fields: object) => {
      const posted = { challenge: challenge.id, ...fields };
      return (await client.post(`${url}/api/token/code`, posted, challenge)).next;
    };
    return { ...rest, clock, nextAfter };
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

  it('starts again with a challenge that is used or has no attempts left', async () => {
    const used = await login();
    expect(await used.nextAfter({ code: used.code() })).toBe('done');
    expect(await used.nextAfter({ code: used.code() })).toBe('start-again');
    const { nextAfter, code, clock } = await login();
    const wrong = code() === '123456' ? '654321' : '123456';
    for (let guess = 1; guess < 5; guess += 1) {
      expect(await nextAfter({ code: wrong })).toBe('code');
      clock.advance(second);
    }
    expect(await nextAfter({ code: wrong })).toBe('start-again');
  });
});

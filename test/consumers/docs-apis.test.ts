import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { minute, stopClock } from '../fixtures/clock.js';
import { startSamples } from './sample-app.js';

/** The API of docs/apis.md without a session, with tokens that are JSON. */
async function start() {
  const clock = stopClock();
  const { url, emulator } = await startSamples('docs/apis.md', () => ({
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
  return { clock, call, code };
}

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
});

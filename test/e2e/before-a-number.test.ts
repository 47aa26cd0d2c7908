import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { startDemonstration } from './example.js';

const password = 'carols-password';
const carol = { username: 'carol', password };
const mobile = '+64215550123';

/** Carol has no number, and a thief has her password: both are logged in. */
async function start(environment: NodeJS.ProcessEnv) {
  const demo = await startDemonstration(environment);
  await demo.users.create(carol);
  const browser = async () => {
    const agent = request.agent(demo.url);
    await agent.post('/api/login').send(carol).expect(200);
    return agent;
  };
  const [thief, owner] = [await browser(), await browser()];
  const proveNumber = async () => {
    const number = { mobile, currentPassword: password };
    await owner.post('/api/me/mobile').send(number).expect(401);
    await owner
      .post('/api/me/mobile')
      .send({ ...number, code: demo.newestCode() })
      .expect(200);
  };
  return { ...demo, thief, owner, proveNumber };
}

describe.each([
  ['optional', {}],
  ['required', { SECOND_FACTOR: 'required' }],
])(
  'A7: a session from before the first number, with the second factor %s,',
  (_name, environment) => {
    it('ends when another session has proved a number', async () => {
      const { thief, owner, proveNumber } = await start(environment);
      await proveNumber();
      expect((await thief.get('/api/payments')).status).toBe(401);
      expect((await thief.get('/api/me')).status).toBe(401);
      expect((await thief.get('/payments').redirects(0)).headers['location']).toBe('/login');
      await owner.get('/api/payments').expect(200);
      await owner.get('/api/me').expect(200);
    });
  },
);

import request, { type Response } from 'supertest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { demoUser } from '../../example-app/express/src/demonstration.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { startDemonstration } from './example.js';

beforeEach(() => {
  // Answers that are lost are logged.
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('A code in JSON', () => {
  type Json = Awaited<ReturnType<typeof startJson>>;

  async function startJson() {
    const clock = stopClock();
    const demo = await startDemonstration();
    const agent = request.agent(demo.url).set('accept-language', 'es');
    const post = (path: string, body: object) => agent.post(path).send(body);
    const login = () => post('/api/login', demoUser);
    const enter = (code: string) => post('/api/login/code', { code });
    const resend = () => post('/api/login/code', { resend: true });
    const enterWrong = async () => {
      for (let guess = 1; guess < 5; guess += 1) await enter(demo.wrongCode());
      return enter(demo.wrongCode());
    };
    return { ...demo, clock, login, enter, resend, enterWrong };
  }

  const answers: readonly (readonly [
    string,
    (json: Json) => Promise<Response>,
    object,
    'login' | 'resend' | 'enter',
  ])[] = [
    [
      'spent',
      async ({ login, enterWrong }) => {
        await login();
        return enterWrong();
      },
      { code: 'code_incorrect', attemptsRemaining: 0 },
      'login',
    ],
    [
      'locked',
      async ({ login, enterWrong, clock }) => {
        await login();
        await enterWrong();
        clock.advance(31 * second);
        await login();
        await enterWrong();
        const refused = await login();
        clock.advance(15 * minute);
        return refused;
      },
      { code: 'user_locked', retryAfter: 900 },
      'login',
    ],
    [
      'lost',
      ({ emulator, login }) => {
        emulator.overrideNextReply({ reply: 'lost', processed: true });
        return login();
      },
      { code: 'provider_outcome_unknown' },
      'resend',
    ],
    [
      'lost and tried',
      async ({ emulator, login, enter, newestCode }) => {
        emulator.overrideNextReply({ reply: 'lost', processed: true });
        await login();
        return enter(newestCode());
      },
      { code: 'delivery_unknown' },
      'resend',
    ],
    [
      'sent again',
      async ({ login, resend, clock }) => {
        await login();
        clock.advance(31 * second);
        return resend();
      },
      { code: 'challenge_sent' },
      'enter',
    ],
    [
      'expired',
      async ({ login, enter, clock, newestCode }) => {
        await login();
        clock.advance(5 * minute);
        return enter(newestCode());
      },
      { code: 'challenge_expired' },
      'resend',
    ],
  ];

  it.each(answers)('that is %s says so, and what comes next works', async (...row) => {
    const [, reach, answer, next] = row;
    const json = await startJson();

    const { body } = await reach(json);
    expect(body).toMatchObject({ ...answer, message: expect.stringMatching(/código|códigos/) });
    json.clock.advance(31 * second);
    if (next !== 'enter') expect((await json[next]()).body.code).toBe('challenge_sent');
    await json.enter(json.newestCode()).expect(200);
  });
});

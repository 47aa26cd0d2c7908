import { expect } from 'vitest';
import type { App } from '../fixtures/app.js';
import { numberOf, type startUnreliableModica } from './modica.js';

export interface Surroundings {
  readonly app: App;
  /** Where the app listens. */
  readonly url: string;
  readonly modica: Awaited<ReturnType<typeof startUnreliableModica>>;
}

/** How a login ended, and how many codes of it reached Modica. */
export interface LoginReport {
  readonly end: 'logged in' | 'not sent' | 'out of attempts';
  readonly attempts: number;
}

/** What an app answers when Modica fails. */
const faults = [429, 502, 503, 504];

/** One user's login, with up to two wrong codes first, and a replay behind it. */
export async function logIn(
  { app, url, modica }: Surroundings,
  person: Express.User,
): Promise<LoginReport> {
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  const credentials = { username: person.name, password: 'right' };
  const asked = await post('/login', credentials);
  if (asked.status !== 401) {
    expect(faults).toContain(asked.status);
    // Whatever became of it: at once again, nobody is texted twice.
    await post('/login', credentials);
    modica.read(person.mobile ?? '');
    return { end: 'not sent', attempts: 0 };
  }
  const { id } = asked.body.challenge;
  const code = modica.read(person.mobile ?? '');

  let attempts = 0;
  const enter = async (entered: string | undefined) => {
    const answer = await post('/login/code', { challenge: id, code: entered });
    if (answer.body.code !== 'too_many_attempts') attempts += 1;
    return answer;
  };
  for (let wrong = 0; wrong < numberOf(person.name) % 3; wrong += 1) {
    const refused = await enter('000000');
    expect([401, ...faults]).toContain(refused.status);
    const left = await app.strategy.pending({ body: { challenge: id } });
    expect(left?.attemptsRemaining).toBe(5 - attempts);
  }
  for (;;) {
    const answer = await enter(code);
    if (answer.status === 200) {
      expect(answer.body.user).toEqual(person);
      expect((await post('/login/code', { challenge: id, code })).body.code).toBe(
        'challenge_not_found',
      );
      return { end: 'logged in', attempts };
    }
    if (answer.body.code === 'too_many_attempts') return { end: 'out of attempts', attempts };
    expect(faults, answer.body.code).toContain(answer.status);
  }
}

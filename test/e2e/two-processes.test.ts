import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import Database from 'libsql';
import request from 'supertest';
import { beforeAll, describe, expect, it } from 'vitest';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { closedGate } from '../fixtures/gate.js';
import { connectRedis, hasRedis, startRedis } from '../fixtures/redis.js';
import { advanceRedis } from '../fixtures/redis-time.js';
import { withoutRedis } from '../left-out/lacking.js';
import { earlierReleases, writeEarlierFile } from './earlier-release.js';
import { browser, buildExample, kiri, startSurroundings } from './two-processes/example.js';

async function startTwo() {
  const [redis, { emulator, start }] = await Promise.all([startRedis(), startSurroundings()]);
  const settings = { REDIS_URL: redis.url };
  const [first, second] = await Promise.all([start(settings), start(settings)]);
  return { redis, emulator, first, second };
}

beforeAll(buildExample);

describe.skipIf(!hasRedis)(`Two processes of the example on one Redis${withoutRedis}`, () => {
  it('F10, F9: phase one on one, phase two on the other, even if the first is killed in between', async () => {
    const { emulator, first, second } = await startTwo();
    const { login, enter, get } = browser();
    await login(first).expect(401);
    await enter(second, newestCode(emulator)).expect(200);
    for (const either of [first, second]) {
      const { body } = await get(either, '/api/me').expect(200);
      expect(body.user.username).toBe('kiri');
    }

    await login(first).expect(401);
    await get(second, '/api/me').expect(401);
    await first.kill();
    await enter(second, newestCode(emulator)).expect(200);
    await get(second, '/api/me').expect(200);
    expect(emulator.messages).toHaveLength(2);
  });

  it('F9: a process killed while it sends causes no second SMS, and no wait beyond the cooldown', async () => {
    const { redis, emulator, first, second } = await startTwo();
    const client = await connectRedis(redis.url);
    const { login, enter, resend, get } = browser();
    emulator.overrideNextReply({ reply: 'held', until: closedGate().opened });
    const cut = expect(login(first)).rejects.toThrow();
    await once(emulator, 'message');
    await first.kill();
    await cut;

    const joined = await login(second).expect(401);
    expect(joined.body).toMatchObject({
      code: 'challenge_sent',
      challenge: { reused: true, delivery: 'sending', attemptsRemaining: 5 },
    });
    const unconfirmed = await enter(second, newestCode(emulator)).expect(401);
    expect(unconfirmed.body.code).toBe('delivery_unknown');
    const early = await resend(second).expect(429);
    expect(early.body.code).toBe('resend_too_soon');
    expect(early.body.retryAfter).toBeLessThanOrEqual(30);
    expect(emulator.messages).toHaveLength(1);

    await advanceRedis(client, early.body.retryAfter * 1000);
    const sent = await resend(second).expect(401);
    expect(sent.body).toMatchObject({ code: 'challenge_sent', challenge: { delivery: 'sent' } });
    expect(emulator.messages).toHaveLength(2);
    await enter(second, newestCode(emulator)).expect(200);
    await get(second, '/api/me').expect(200);
  });

  it('F9: a process killed while a code is checked logs no one in, and the attempt stays counted', async () => {
    const { emulator, first, second } = await startTwo();
    const { login, enter, get } = browser();
    await login(first).expect(401);
    emulator.overrideNextReply({ path: '/responses', reply: 'held', until: closedGate().opened });
    const asked = once(emulator, 'request');
    const cut = expect(enter(first, newestCode(emulator))).rejects.toThrow();
    await asked;
    await first.kill();
    await cut;

    await get(second, '/api/me').expect(401);
    const { body } = await get(second, '/api/login/code').expect(200);
    expect(body.challenge.attemptsRemaining).toBe(4);
    await enter(second, newestCode(emulator)).expect(200);
    expect(emulator.messages).toHaveLength(1);
  });

  it('F6: every request fails in time while Redis is unreachable, and logins work again afterwards', async () => {
    const redis = await startRedis();
    const { emulator, start } = await startSurroundings();
    const first = await start({ REDIS_URL: redis.url });
    const { login, enter, resend, get } = browser();
    await login(first).expect(401);
    await enter(first, wrongCodeFor(emulator)).expect(401);
    await redis.stop();

    const asked = emulator.requests.length;
    const away = await Promise.all([
      login(first),
      enter(first, newestCode(emulator)),
      resend(first),
      get(first, '/api/login/code'),
      get(first, '/api/me'),
      get(first, '/login'),
    ]);
    expect(away.map(({ status }) => status)).toEqual(away.map(() => 500));
    expect(emulator.requests).toHaveLength(asked);

    await startRedis(redis.port);
    await expect.poll(() => get(first, '/api/me')).toMatchObject({ status: 401 });
    // This Redis kept nothing: gone are the session with its challenge, the cooldown and the counts.
    const forgotten = await enter(first, newestCode(emulator)).expect(401);
    expect(forgotten.body.code).toBe('challenge_not_found');
    expect(emulator.requests).toHaveLength(asked);
    const again = await login(first).expect(401);
    expect(again.body).toMatchObject({
      code: 'challenge_sent',
      challenge: { reused: false, attemptsRemaining: 5 },
    });
    await enter(first, newestCode(emulator)).expect(200);
    expect(first.isRunning()).toBe(true);
  });
});

describe('Two processes of the example with one database file', () => {
  it('register fifty people at once', async () => {
    const { start } = await startSurroundings();
    const settings = { REGISTRATIONS_PER_HOUR_PER_IP: '1000' };
    const [first, second] = await Promise.all([start(settings), start(settings)]);
    const people = Array.from({ length: 50 }, (_, index) => ({
      username: `person-${index}`,
      password: 'correct horse',
    }));

    const answers = await Promise.all(
      people.map((person, index) =>
        request(index % 2 === 0 ? first.url : second.url)
          .post('/api/register')
          .send(person),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(people.map(() => 201));
  });

  it.each(earlierReleases)(
    'of a release $name start together, and both log in its user with a code',
    async (release) => {
      const { emulator, start, url } = await startSurroundings((url) =>
        writeEarlierFile(url, release, [kiri]),
      );
      // Both begin while a third one writes, or the first would be ready before the second begins.
      const third = new Database(url);
      third.exec('BEGIN IMMEDIATE');
      const starting = Promise.all([start(), start()]);
      await Promise.race([starting, setTimeout(2000)]);
      third.exec('COMMIT');
      third.close();
      const both = await starting;

      for (const each of both) {
        const { login, enter, get } = browser();
        await login(each).expect(401);
        expect(emulator.messages.at(-1)?.to).toBe(kiri.mobile);
        await enter(each, newestCode(emulator)).expect(200);
        await get(each, '/api/me').expect(200);
      }
    },
  );
});

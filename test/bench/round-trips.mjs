import { setTimeout as delay } from 'node:timers/promises';
import { ModicaTwoFactorStrategy } from 'passport-modica-2fa';
import { createModicaEmulator } from 'passport-modica-2fa/emulator';
import { onRedis } from 'passport-modica-2fa/redis';
import { createClient } from 'redis';
import { spawnRedis } from '../fixtures/redis-server.mjs';
import { startDelayingProxy } from './delaying-proxy.mjs';
import { routesOf, signedOut } from './requests.mjs';

const users = [
  { id: 1, mobile: '+64211234567' },
  { id: 2, mobile: '+64217654321' },
];

/** Seconds, the shortest there is: a resend is waited for. */
const resendCooldown = 1;

/**
 * B6: what each phase of a login sends to Redis. `trips` are sequential round trips, counted by a proxy;
 * `commands` are counted by Redis itself.
 */
export async function roundTrips() {
  const redis = await spawnRedis();
  const proxy = await startDelayingProxy(redis.port);
  const emulator = createModicaEmulator();
  await emulator.start();
  const client = await createClient({ url: `redis://127.0.0.1:${proxy.port}` }).connect();
  const observer = await createClient({ url: redis.url }).connect();
  const { challenge, response } = routesOf(
    new ModicaTwoFactorStrategy(
      {
        ...emulator.account,
        ...onRedis(client),
        destination: ({ mobile }) => mobile,
        timeout: 500,
        limits: { resendCooldown },
      },
      async ({ userId }) => users.find(({ id }) => id === userId),
    ),
  );
  const phasesOf = (user) => {
    let { session } = signedOut();
    const ask = () => challenge({ ...signedOut(session), user });
    const post = (body) => response({ ...signedOut(session), body });
    return [
      { name: 'first code', expected: 'challenge_sent', phase: ask },
      { name: 'same challenge again', expected: 'challenge_sent', phase: ask },
      { name: 'wrong code', expected: 'code_incorrect', phase: () => post({ code: '000000' }) },
      {
        name: 'resend',
        expected: 'challenge_sent',
        phase: () => delay(resendCooldown * 1000).then(() => post({ resend: '1' })),
      },
      {
        name: 'right code',
        expected: 'logged in',
        phase: () => post({ code: emulator.messages.at(-1).code }),
      },
      {
        name: 'first code, soon after a login',
        expected: 'challenge_sent',
        phase: () => {
          ({ session } = signedOut());
          return ask();
        },
      },
      {
        name: 'first code, after a spent challenge',
        expected: 'challenge_sent',
        before: async () => {
          while ((await post({ code: '000000' })).code !== 'too_many_attempts');
          await delay(resendCooldown * 1000);
        },
        phase: ask,
      },
    ];
  };
  const measured = {};
  try {
    // Another user first: with its first use, the limiter's script is sent to Redis.
    const [first, counted] = users.map(phasesOf);
    for (const { before, phase } of first) {
      await before?.();
      await phase();
    }
    for (const { name, expected, before, phase } of counted) {
      await before?.();
      proxy.takeRoundTrips();
      await observer.configResetStat();
      const answer = (await phase())?.code ?? 'logged in';
      const trips = proxy.takeRoundTrips();
      if (answer !== expected) throw new Error(`${name}: ${answer} instead of ${expected}`);
      measured[name] = { answer, trips, commands: await commands(observer) };
    }
  } finally {
    client.destroy();
    observer.destroy();
    proxy.stop();
    await emulator.stop();
    await redis.stop();
  }
  return measured;
}

/** The commands that Redis ran since its statistics were reset, except for resetting and reading them. */
async function commands(observer) {
  const info = await observer.info('commandstats');
  return [...info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)]
    .filter(([, name]) => !/^(config|info)/.test(name))
    .reduce((sum, [, , calls]) => sum + Number(calls), 0);
}

import { setTimeout as delay } from 'node:timers/promises';
import { median, quantile, spread } from '../statistics.mjs';
import { contenders } from './contenders.mjs';
import { saturate, steady } from './load.mjs';
import { startSite } from './site.mjs';
import { usersFrom } from './users.mjs';

/** Milliseconds until a vendor answers, the same for all. */
export const vendorTime = 20;

const answering = {
  untilSent: () => delay(vendorTime),
  untilChecked: () => delay(vendorTime),
};

/** Logins of a round at saturation, and at half of it. */
const loginsOfRound = { saturation: 200, half: 100 };

const rounds = 11;

/** Logins of each contender before the first round, until V8 has compiled the hot code. */
const warmUp = 1500;

/** Logins in the profile. */
const profiled = 400;

/**
 * B9: whole logins over HTTP on one storage, in alternating rounds. Ratios are ours over theirs within each
 * round, which a busy machine affects least.
 */
export async function logInSideBySide({ kind, start }) {
  const server = await start();
  const fields = [];
  try {
    for (const contender of contenders) {
      const storage = { kind, url: await server.newDatabase() };
      const site = await startSite(contender, { storage, answering });
      fields.push({ contender, site, storage, saturated: [], waited: [] });
    }
    let next = 0;
    const users = (count) => {
      next += count;
      return usersFrom(next - count, count);
    };
    for (const { site } of fields) await saturate(site, users(warmUp));
    for (let turn = 0; turn < rounds; turn++) {
      // Alternates the order, so that no contender always follows the same one.
      for (const { site, saturated, waited } of turn % 2 === 0 ? fields : fields.toReversed()) {
        const result = await saturate(site, users(loginsOfRound.saturation));
        const times = await steady(site, users(loginsOfRound.half), result.perSecond / 2);
        saturated.push(result);
        waited.push(...times);
      }
    }
    for (const field of fields) await explain(field, users(profiled), server);
  } finally {
    await Promise.all(fields.map(({ site }) => site.stop()));
    await server.stop();
  }
  const [ours] = fields;
  return fields.map(({ contender, saturated, waited, packages, activity }) => {
    const of = (name) => saturated.map(({ [name]: value }) => value);
    const ratios = saturated.map(({ cpu }, turn) => ours.saturated[turn].cpu / cpu);
    const { requests, calls } = contender.visit;
    return {
      name: contender.name,
      requests,
      calls,
      cpu: median(of('cpu')),
      cpuSpread: spread(of('cpu')),
      ratio: median(ratios),
      ratioSpread: spread(ratios),
      perSecond: median(of('perSecond')),
      generator: Math.max(...of('generator')),
      p50: quantile(waited, 0.5),
      p99: quantile(waited, 0.99),
      packages,
      activity,
    };
  });
}

/** Where the CPU of a login goes, in a profile, which itself slows it down; and what a login asks of PostgreSQL. */
async function explain(field, users, server) {
  const { site, storage } = field;
  await site.inApp('startProfile');
  await saturate(site, users);
  const spent = Object.entries(await site.inApp('endProfile')).sort(
    ([, one], [, other]) => other - one,
  );
  field.packages = each(spent, users.length);
  if (server.activity === undefined) return;
  const logins = warmUp + rounds * (loginsOfRound.saturation + loginsOfRound.half) + users.length;
  field.activity = each(Object.entries(await server.activity(storage.url)), logins);
}

const each = (totals, count) =>
  Object.fromEntries(totals.map(([name, total]) => [name, total / count]));

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
const logins = { saturation: 200, half: 100 };

const rounds = 11;

/** Logins of each contender before the first round, until V8 has compiled the hot code. */
const warmUp = 1500;

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
      fields.push({ contender, site, saturated: [], waited: [] });
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
        const result = await saturate(site, users(logins.saturation));
        const times = await steady(site, users(logins.half), result.perSecond / 2);
        saturated.push(result);
        waited.push(...times);
      }
    }
  } finally {
    await Promise.all(fields.map(({ site }) => site.stop()));
    await server.stop();
  }
  const [ours] = fields;
  return fields.map(({ contender, saturated, waited }) => {
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
    };
  });
}

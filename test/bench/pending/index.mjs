import { start } from '../processes.mjs';
import { median, spread } from '../statistics.mjs';

const withGc = { execArgv: ['--expose-gc', '--no-warnings'] };

/** Of numbers, so that nobody is asked for a second code. */
const from = { warmUp: 0, pending: 1_000_000, cpu: 2_000_000 };

/** An app in which so many logins are pending. */
async function appWith(count) {
  const app = await start('pending/app.mjs', withGc);
  await app.ask({ question: 'cpu', logins: 4000, from: from.warmUp });
  const bytes = await app.ask({ question: 'pend', count, from: from.pending });
  return { app, count, bytesEach: bytes / count };
}

/** B5: what pending logins cost: memory for each, and CPU for the others. */
export async function pendingLogins() {
  const rounds = 15;
  const logins = 1000;
  const [quiet, crowded] = [await appWith(1000), await appWith(100_000)];
  const ratios = [];
  try {
    for (let turn = 0; turn < rounds; turn++) {
      const question = { question: 'cpu', logins, from: from.cpu + turn * logins };
      // There and back again, as with the other rounds.
      const order = turn % 2 === 0 ? [quiet, crowded] : [crowded, quiet];
      const costs = new Map();
      for (const one of order) costs.set(one, await one.app.ask(question));
      ratios.push(costs.get(crowded) / costs.get(quiet));
    }
  } finally {
    await Promise.all([quiet, crowded].map(({ app }) => app.stop()));
  }
  return {
    bytesEach: Object.fromEntries([quiet, crowded].map((one) => [one.count, one.bytesEach])),
    cpuRatio: median(ratios),
    cpuRatioSpread: spread(ratios),
  };
}

/** What of the heap is still taken four hours later. */
export async function memoryReturned() {
  const app = await start('pending/returned.mjs', withGc);
  try {
    return await app.ask({});
  } finally {
    await app.stop();
  }
}

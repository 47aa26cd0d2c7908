import { start } from '../processes.mjs';
import { median, spread } from '../statistics.mjs';

const withGc = { execArgv: ['--expose-gc', '--no-warnings'] };

/** The first numbers of each part, so that no user starts two logins. */
const from = { warmUp: 0, pending: 1_000_000, cpu: 2_000_000 };

/** Starts an app with `count` pending logins. */
async function appWith(count) {
  const app = await start('pending/app.mjs', withGc);
  await app.ask({ question: 'cpu', logins: 4000, from: from.warmUp });
  const bytes = await app.ask({ question: 'pend', count, from: from.pending });
  return { app, count, bytesEach: bytes / count };
}

/** B5: what pending logins cost: memory for each, and CPU for the others. */
export async function pendingLogins() {
  const rounds = 31;
  const logins = 1000;
  const [quiet, crowded] = [await appWith(1000), await appWith(100_000)];
  const ratios = [];
  try {
    for (let turn = 0; turn < rounds; turn++) {
      const question = { question: 'cpu', logins, from: from.cpu + turn * logins };
      // Alternates the order.
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

/** The heap that logins take, and what of it is in use four hours later. */
export async function memoryReturned() {
  const app = await start('pending/returned.mjs', withGc);
  try {
    return await app.ask({});
  } finally {
    await app.stop();
  }
}

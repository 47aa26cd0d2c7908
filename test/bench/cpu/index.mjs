import { mobiles } from '../at-once.mjs';
import { ours } from '../ours.mjs';
import { start } from '../processes.mjs';
import { median, spread } from '../statistics.mjs';

/** Simultaneous requests. */
const lanes = 16;

/** In a round. */
const logins = 400;

const rounds = 15;

/** Further rounds before, until V8 has compiled what is hot. */
const warmUp = 10;

/**
 * CPU of a login of ours and of two calls of each other contender, in alternating rounds, so that a busy minute of
 * the machine affects all alike: in microseconds a login, and as a ratio within each round.
 */
export async function cpuOfALogin({ others }) {
  const server = await start('cpu/server.mjs');
  const names = [ours, ...others];
  const contenders = await Promise.all(
    names.map(async (name) => ({
      name,
      costs: [],
      process: await start('cpu/contender.mjs', {
        args: [name, JSON.stringify(server.ready), String(lanes)],
      }),
    })),
  );
  let next = 0;
  const round = async ({ process }) => {
    const users = mobiles(next, logins);
    next += logins;
    const created = await process.ask({ mobiles: users });
    const sent = new Map(await server.ask({ newest: logins }));
    const checked = await process.ask({ codes: users.map((to) => [to, sent.get(to) ?? '123456']) });
    return (created + checked) / logins;
  };
  try {
    for (let turn = 0; turn < warmUp + rounds; turn++) {
      // Alternates the order, so that none always follows the same one.
      const order = turn % 2 === 0 ? contenders : contenders.toReversed();
      for (const contender of order) {
        const cost = await round(contender);
        if (turn >= warmUp) contender.costs.push(cost);
      }
    }
  } finally {
    await Promise.all(
      [server, ...contenders.map(({ process }) => process)].map((one) => one.stop()),
    );
  }
  const [{ costs: own }] = contenders;
  return contenders.map(({ name, costs }) => {
    const ratios = costs.map((cost, turn) => own[turn] / cost);
    return {
      name,
      microseconds: median(costs),
      ratio: median(ratios),
      ratioSpread: spread(ratios),
    };
  });
}

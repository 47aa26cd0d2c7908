import { setTimeout as delay } from 'node:timers/promises';
import { mobiles } from './at-once.mjs';
import { start } from './processes.mjs';
import { median, quantile } from './statistics.mjs';
import { startModica } from './vendors/modica.mjs';

/** Milliseconds until the provider answers. */
const answerTime = 2000;

/** Simultaneous logins. */
const logins = 1000;

const rounds = 5;

/**
 * B5: the 99th percentile of the time that a thousand simultaneous first codes take, and the same for calls of got
 * alone, in alternating rounds: in milliseconds beyond the provider's answer.
 */
export async function burst() {
  const modica = await startModica({ untilSent: () => delay(answerTime) });
  const contenders = await Promise.all(
    ['passport-modica-2fa', 'got'].map(async (name) => ({
      name,
      waits: [],
      process: await start('cpu/contender.mjs', {
        args: [name, JSON.stringify({ account: modica.account }), String(logins)],
      }),
    })),
  );
  try {
    // The first round of each warms it up.
    for (let turn = 0; turn <= rounds; turn++) {
      for (const { waits, process } of turn % 2 === 0 ? contenders : contenders.toReversed()) {
        const waited = await process.ask({ burst: mobiles(turn * logins, logins) });
        if (turn > 0) waits.push(quantile(waited, 0.99) - answerTime);
      }
    }
  } finally {
    await Promise.all(contenders.map(({ process }) => process.stop()));
    await modica.stop();
  }
  const [ours, got] = contenders.map(({ waits }) => median(waits));
  return { ours, got };
}

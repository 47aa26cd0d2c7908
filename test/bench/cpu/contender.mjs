// One contender in a process of its own: told to do a round, it says what CPU that took, and of a burst how
// many milliseconds each login waited for its first code.
import { atOnce } from '../at-once.mjs';
import { serve } from '../processes.mjs';

const [name, server, lanes] = process.argv.slice(2);
const { default: contender } = await import(`./contenders/${name}.mjs`);
const { create, check } = contender(JSON.parse(server));

/** Since the burst began, for all alike: else the part of a login that waits for nothing would not count. */
async function waitsOf(mobiles) {
  const waits = [];
  const started = performance.now();
  await atOnce(Number(lanes), mobiles, async (mobile) => {
    await create(mobile);
    waits.push(performance.now() - started);
  });
  return waits;
}

serve('ready', async ({ mobiles, codes, burst }) => {
  if (burst) return waitsOf(burst);
  const before = process.cpuUsage();
  if (mobiles) await atOnce(Number(lanes), mobiles, create);
  else await atOnce(Number(lanes), codes, ([mobile, code]) => check(mobile, code));
  const { user, system } = process.cpuUsage(before);
  return user + system;
});

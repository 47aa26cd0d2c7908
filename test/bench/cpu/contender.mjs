// One contender in a process of its own. It returns the CPU of a round, or for a burst the milliseconds that each
// login waited for its first code.
import { atOnce } from '../at-once.mjs';
import { serve } from '../processes.mjs';

const [name, server, lanes] = process.argv.slice(2);
const { default: contender } = await import(`./contenders/${name}.mjs`);
const { create, check } = contender(JSON.parse(server));

/** Since the burst began, so that the time that a login waits for its turn counts too. */
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

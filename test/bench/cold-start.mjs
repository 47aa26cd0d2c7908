import { spawnSync } from 'node:child_process';
import { start } from './processes.mjs';
import { median } from './statistics.mjs';

/** Milliseconds of a whole process. */
function timeOf({ code, args = [] }) {
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', code, '--', ...args],
    { cwd: import.meta.dirname },
  );
  const took = Number(process.hrtime.bigint() - started) / 1e6;
  if (status !== 0) throw new Error(stderr.toString());
  return took;
}

/** Medians of rounds that take turns, each net of a bare Node. */
function compare(programs, rounds) {
  const all = { node: { code: '' }, ...programs };
  const times = Object.fromEntries(Object.keys(all).map((name) => [name, []]));
  for (let turn = 0; turn <= rounds; turn++) {
    for (const [name, program] of Object.entries(all)) {
      const took = timeOf(program);
      // The first turn finds the files not yet in the system's cache.
      if (turn > 0) times[name].push(took);
    }
  }
  const bare = median(times.node);
  return Object.fromEntries(
    Object.keys(programs).map((name) => [name, median(times[name]) - bare]),
  );
}

/** A program that imports modules, one after the other. */
export const importing = (...modules) => ({
  code: modules.map((name) => `import ${JSON.stringify(name)};`).join(''),
});

const programs = (names, program) => Object.fromEntries(names.map((name) => [name, program(name)]));

/** B3: what an import costs a process that has just started. */
export function coldImport({ rounds }) {
  const names = ['passport-modica-2fa', '@vonage/verify2', 'twilio', 'messagebird'];
  return compare(
    programs(names, (name) => importing(name)),
    rounds,
  );
}

/**
 * What an Express app costs with each of them: it loads Express and Passport anyway, and more if it says so.
 * better-auth takes Passport's place, and what its documentation imports counts.
 */
export function coldApp({ rounds, others, also = [] }) {
  const withPassport = (name) => importing('express', 'passport', ...also, name);
  return compare(
    {
      ...programs(['passport-modica-2fa', ...others], withPassport),
      ...(others.includes('better-auth') && {
        'better-auth': importing(...betterAuthApp, ...also),
      }),
    },
    rounds,
  );
}

const betterAuthApp = [
  'express',
  'better-auth',
  'better-auth/node',
  'better-auth/plugins/two-factor',
];

/** The same up to the answer to the first SMS: some load then what others load before. */
export async function coldFirstMessage() {
  const server = await start('cpu/server.mjs');
  const first = (name) => ({
    code: `
      const { default: contender } = await import('./cpu/contenders/${name}.mjs');
      await contender(JSON.parse(process.argv[1])).create('+64' + process.hrtime.bigint().toString().slice(-9));
      process.exit();
    `,
    args: [JSON.stringify(server.ready)],
  });
  const names = ['passport-modica-2fa', 'vonage-verify2', 'twilio', 'infobip'];
  try {
    return compare(programs(names, first), 11);
  } finally {
    await server.stop();
  }
}

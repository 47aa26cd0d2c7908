import { spawnSync } from 'node:child_process';
import { start } from './processes.mjs';
import { median } from './statistics.mjs';

/** Runs a program in a process of its own: the milliseconds it took, and its output. */
export function run({ code, args = [], cwd = import.meta.dirname }) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', code, '--', ...args],
    { cwd },
  );
  const took = performance.now() - started;
  if (status !== 0) throw new Error(stderr.toString());
  return { took, stdout };
}

/** Medians of alternating rounds, each net of a bare Node. */
function compare(programs, rounds) {
  const all = { node: { code: '' }, ...programs };
  const times = Object.fromEntries(Object.keys(all).map((name) => [name, []]));
  for (let turn = 0; turn <= rounds; turn++) {
    for (const [name, program] of Object.entries(all)) {
      const { took } = run(program);
      // In the first turn, the files are not yet in the system's cache.
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

/** B3: the time of an import in a process that has just started. */
export function coldImport({ rounds }) {
  const names = ['passport-modica-2fa', '@vonage/verify2', 'twilio', 'messagebird'];
  return compare(
    programs(names, (name) => importing(name)),
    rounds,
  );
}

/**
 * The start of an Express app with each of them. It loads Express and Passport anyway, and the modules of `also`.
 * better-auth replaces Passport, and loads what its documentation imports.
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

/** The same up to the answer to the first SMS, when some load what others load at import. */
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

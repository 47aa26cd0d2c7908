// Why anything is bundled: test/bench/README.md, "Cold start".
import path from 'node:path';
import { defineConfig } from 'rolldown';

/** What apps import, and the command. */
const entries = [
  'index',
  'redis',
  'infobip',
  'nexmo',
  'nestjs/index',
  'emulator/index',
  'testing/index',
  'cli',
];

/** Never bundled: lockfiles, audits and SBOMs are to see what runs. */
const packages = /^[^./]/;

const elsewhere = /^lib[\\/](?:index|redis|emulator|testing|nestjs|cli|.*(?:infobip|nexmo))/;

/** All that `index` needs: what it exports is read out of it before it runs, and a short file is read fast. */
const isCore = (id) => {
  const file = path.relative(import.meta.dirname, id);
  return /^lib[\\/]/.test(file) && !elsewhere.test(file);
};

export default defineConfig([
  {
    input: Object.fromEntries(entries.map((entry) => [entry, `lib/${entry}.ts`])),
    platform: 'node',
    external: packages,
    output: {
      dir: 'dist',
      format: 'cjs',
      exports: 'named',
      strict: true,
      chunkFileNames: 'shared/[name].js',
      codeSplitting: { groups: [{ name: 'core', test: isCore }] },
    },
  },
  {
    input: Object.fromEntries(
      entries.filter((entry) => entry !== 'cli').map((entry) => [entry, `lib/${entry}.mts`]),
    ),
    external: /^\./,
    output: { dir: 'dist', format: 'esm', entryFileNames: '[name].mjs' },
  },
]);

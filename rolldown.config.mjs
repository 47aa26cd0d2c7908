// Why anything is bundled: test/bench/README.md, "Cold start".
import { readdirSync, readFileSync } from 'node:fs';
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

/** Of these only what is used goes along; whatever else is imported of a package is installed beside ours. */
const bundled = ['zod', 'lru-cache'];
const isInstalled = (id) => /^[^./]/.test(id) && !bundled.includes(id);

const elsewhere = /^lib[\\/](?:index|redis|emulator|testing|nestjs|cli|.*(?:infobip|nexmo))/;

/** All that `index` needs: what it exports is read out of it before it runs, and a short file is read fast. */
const isCore = (id) => {
  const file = path.relative(import.meta.dirname, id);
  return /^lib[\\/]/.test(file) && !elsewhere.test(file);
};

const foreign = (name) => path.join('node_modules', name);

/** Each is in a file of its own, under its licence. */
function licence({ name }) {
  if (!bundled.includes(name)) return '';
  const folder = foreign(name);
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  return `/*!\n${name} ${version}, in part\n\n${readFileSync(path.join(folder, file), 'utf8')}*/`;
}

export default defineConfig([
  {
    input: Object.fromEntries(entries.map((entry) => [entry, `lib/${entry}.ts`])),
    platform: 'node',
    external: isInstalled,
    output: {
      dir: 'dist',
      format: 'cjs',
      exports: 'named',
      strict: true,
      chunkFileNames: 'shared/[name].js',
      codeSplitting: {
        groups: [
          ...bundled.map((name) => ({ name, test: foreign(name) })),
          { name: 'core', test: isCore },
        ],
      },
      postBanner: licence,
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

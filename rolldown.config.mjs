// Builds one file for each entry and one that they share, for JavaScript and for types alike; the browser's file
// shares nothing with the others. Dependencies are never bundled, so that lockfiles, audits and SBOMs see what runs.
// Measured: test/bench/README.md, "Cold start".
import path from 'node:path';
import { defineConfig } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

/** What apps import. `faces` and the declarations are made of these; the command has neither. */
const library = {
  index: 'lib/index',
  redis: 'lib/redis',
  postgres: 'lib/postgres',
  mysql: 'lib/mysql',
  sqlite: 'lib/sqlite',
  infobip: 'lib/infobip',
  nexmo: 'lib/nexmo',
  nestjs: 'lib/nestjs/index',
  emulator: 'lib/emulator/index',
  testing: 'lib/testing/index',
};
const command = { cli: 'lib/cli/main' };

const sources = (entries, folder, extension) =>
  Object.fromEntries(
    Object.entries(entries).map(([name, file]) => [name, `${folder}/${file}.${extension}`]),
  );

const packages = /^[^./]/;

/**
 * All that `index` needs, in a file of its own: when an ES module imports a CommonJS file, Node parses that
 * file's text for its exports before it runs, and a short `index` is parsed fast.
 */
const isCore = (id) =>
  /^lib[\\/](?!(?:index|redis|postgres|mysql|sqlite|infobip|nexmo|nestjs|emulator|testing|cli|providers[\\/](?:infobip|nexmo)|storage[\\/](?:redis|postgres|mysql|sqlite|sql|connection-errors))\b)/.test(
    path.relative(import.meta.dirname, id),
  );

/**
 * Adds an ES module to each CommonJS file, which re-exports it. The code itself is CommonJS because Jest
 * loads ES modules only behind a flag, and it exists once, so that `instanceof` holds however an app and its
 * libraries load it. The default export is named because Node takes `module.exports` for the default.
 */
const faces = (extension) => ({
  name: 'faces',
  generateBundle() {
    for (const name of Object.keys(library)) {
      const all = `export * from './${name}.js';\n`;
      const strategy = `export { ModicaTwoFactorStrategy as default } from './${name}.js';\n`;
      const source = name === 'index' ? all + strategy : all;
      this.emitFile({ type: 'asset', fileName: `${name}.${extension}`, source });
    }
  },
});

export default defineConfig([
  {
    input: sources({ ...library, ...command }, '.', 'ts'),
    platform: 'node',
    external: packages,
    plugins: [faces('mjs')],
    output: {
      dir: 'dist',
      format: 'cjs',
      exports: 'named',
      strict: true,
      sourcemap: true,
      chunkFileNames: 'shared/[name].js',
      codeSplitting: { groups: [{ name: 'core', test: isCore }] },
    },
  },
  {
    // Bundles the declarations that tsc writes (tsconfig.build.json). The plugin is held at 0.23 because newer
    // ones need Node 22; it reads declarations only, so that any TypeScript does (`overrides`).
    input: sources(library, 'node_modules/.cache/declarations', 'd.ts'),
    external: packages,
    // `sideEffects` keeps the augmentation of Passport's types, which nothing imports by name.
    plugins: [dts({ dtsInput: true, sideEffects: true }), faces('d.mts')],
    output: {
      dir: 'dist',
      entryFileNames: '[name].d.ts',
      chunkFileNames: 'shared/[name].d.ts',
      codeSplitting: { groups: [{ name: 'types', minShareCount: 2 }] },
      minifyInternalExports: false,
    },
  },
  // An ES module by itself, and minified: a page without a bundler loads this file.
  {
    input: 'lib/browser/index.ts',
    platform: 'browser',
    output: { file: 'dist/browser.mjs', format: 'es', minify: true, sourcemap: true },
  },
  {
    input: 'node_modules/.cache/declarations/lib/browser/index.d.ts',
    plugins: [dts({ dtsInput: true })],
    output: { dir: 'dist', format: 'es', entryFileNames: 'browser.d.mts' },
  },
]);

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages, textOf } from './pages.js';
import { interfacesIn, withTables } from './tables.js';

/** What apps can name: `export type { … } from` in the entries. */
const exported = [
  ...['index', 'infobip', 'nexmo', 'redis', 'postgres'].map((name) => `lib/${name}.ts`),
  ...['nestjs', 'emulator', 'testing'].map((name) => `lib/${name}/index.ts`),
].map((file) => readFileSync(file, 'utf8'));

/** Described in prose, or types that only collect others. */
const elsewhere = [
  'LimiterOptions', // given to a limiter, not by an app
  'ModicaTwoFactorOptions', // ModicaOptions and TwoFactorOptions
  'ModicaTwoFactorModuleOptions', // docs/options.md, "NestJS"
  'TwoFactorModuleOptions',
  'StorageConformanceOptions', // docs/storage.md
  'TableOptions',
];

describe('The tables of the documentation', () => {
  // To write them anew: npx vitest run --project all test/documentation -u
  it.each(pages.filter((page) => textOf(page).includes('<!-- table:')))(
    'are as the source has them: %s',
    async (page) => {
      await expect(withTables(page)).toMatchFileSnapshot(path.resolve(page));
    },
  );

  it('have a row for each option that an app can set', () => {
    const names = exported
      .flatMap((source) => source.match(/\b\w+(?:Options|Configuration)\b|\bLimits\b/g) ?? [])
      .filter((name) => !/^(?:with|parse)/.test(name));
    const described = [...pages.flatMap(interfacesIn), ...elsewhere];
    expect([...new Set(names)].filter((name) => !described.includes(name))).toEqual([]);
  });

  it('have a row for each refusal and each error', () => {
    const kinds = pages.flatMap(
      (page) => textOf(page).match(/<!-- table: (?:refusals|errors) -->/g) ?? [],
    );
    expect(kinds.sort()).toEqual(['<!-- table: errors -->', '<!-- table: refusals -->']);
  });

  it('have a row for each event', () => {
    const source = readFileSync('lib/events.ts', 'utf8');
    const declared = source.match(/(?<=name: |\| )'\w+'|(?<=Rejected<)'\w+'/g) ?? [];
    const names = declared.map((name) => name.replaceAll("'", ''));
    const own = names.filter(
      (name) => /^[a-z]+_|^failed$/.test(name) && !/^(?:not|refused)_/.test(name),
    );
    const table = textOf('docs/events.md').split('## A log')[0] ?? '';
    expect(own.length).toBeGreaterThan(20);
    expect(own.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });

  it('have a page for each command', () => {
    const all = pages.map(textOf).join('\n');
    const source = readFileSync('lib/cli/program.ts', 'utf8');
    const commands = [...source.matchAll(/^ {2}\['(\w+)'/gm)].map(([, name = '']) => name);
    expect(commands.length).toBeGreaterThan(2);
    expect(commands.filter((name) => !all.includes(`npx passport-modica-2fa ${name}`))).toEqual([]);
  });
});

describe('The folders of lib', () => {
  it('are each in the table of CONTRIBUTING', () => {
    const folders = readdirSync('lib', { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const missing = folders.filter(
      ({ name }) => !textOf('CONTRIBUTING.md').includes(`| \`${name}/\``),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  brokenLines,
  brokenLinks,
  linksOf,
  pages,
  pathsNamedIn,
  shipped,
  textOf,
} from './pages.js';

const linesOf = (page: string) => textOf(page).trimEnd().split('\n').length;

describe('The documentation', () => {
  it.each(pages)('has no link that leads nowhere, to a file or to a heading: %s', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it.each(pages)('has no line that ends in the middle of a paragraph: %s', (page) => {
    expect(brokenLines(page)).toEqual([]);
  });

  it.each(pages)('names only files that there are: %s', (page) => {
    expect(pathsNamedIn(page).filter((file) => !existsSync(file))).toEqual([]);
  });

  it.each(shipped)('links only to what the package has, where npm installs it: %s', (page) => {
    const files = linksOf(page).map(({ file }) => file);
    const inPackage = /^(docs\/.*|README\.md|CHANGELOG\.md|SECURITY\.md|LICENSE)$/;
    expect(files.filter((file) => !inPackage.test(file))).toEqual([]);
  });

  it.each(shipped.filter((page) => page.startsWith('docs/')))(
    'has pages of at most 300 lines that are linked from another page: %s',
    (page) => {
      expect(linesOf(page)).toBeLessThanOrEqual(300);
      const others = pages.filter((other) => other !== page);
      expect(
        others.filter((other) => linksOf(other).some(({ file }) => file === page)),
      ).not.toEqual([]);
    },
  );
});

/** Words that an engineer would not use for what they stand for in this package, and what is better. */
const oddWords = new Map([
  ['told, tell, tells, telling, hear, hears', 'called, passed, returned, reported'],
  ['nobody, whoever, somebody, anybody', 'no one, anyone who, another user'],
  ['cure, cures, mend, mends, mended', 'fix, hint'],
  ['texted, texting', 'sent an SMS'],
  ['knock, door, by heart', 'request, entry'],
]);
const odd = new RegExp(`\\b(${[...oddWords.keys()].join(', ').replaceAll(', ', '|')})\\b`, 'gi');

describe('The English', () => {
  // Old names stay as they were.
  const oddIn = (text: string) => text.replaceAll('err.cure', '').match(odd) ?? [];

  it.each(pages)('has no word that stands for a technical term: %s', (page) => {
    expect(oddIn(textOf(page))).toEqual([]);
  });

  it('has none in lib either', () => {
    const files = readdirSync('lib', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `lib/${name}`);
    expect(files.filter((file) => oddIn(textOf(file)).length > 0)).toEqual([]);
  });
});

describe('A page', () => {
  it.each(shipped.filter((page) => /^docs\/[^/]+$/.test(page)))(
    'begins with what the reader has at its end, and ends with what can go wrong: %s',
    (page) => {
      const [, first = ''] = textOf(page).split('\n\n');
      expect(first).toMatch(/^By the end of this (page|list),[ \n]/);
      expect(
        textOf(page)
          .match(/^## .*$/gm)
          ?.at(-1),
      ).toBe('## What can go wrong');
    },
  );

  it('names each command', () => {
    const all = pages.map(textOf).join('\n');
    const source = readFileSync('lib/cli/program.ts', 'utf8');
    const commands = [...source.matchAll(/^ {2}\['(\w+)'/gm)].map(([, name = '']) => name);
    expect(commands.length).toBeGreaterThan(2);
    expect(commands.filter((name) => !all.includes(`npx passport-modica-2fa ${name}`))).toEqual([]);
  });

  it('names each folder of lib: CONTRIBUTING', () => {
    const folders = readdirSync('lib', { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const table = textOf('CONTRIBUTING.md');
    const missing = folders.filter(({ name }) => !table.includes(`| \`${name}/\``));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});

describe('The README', () => {
  it('has at most 250 lines', () => {
    expect(linesOf('README.md')).toBeLessThanOrEqual(250);
  });

  it('says what it is and who Modica is in three sentences', () => {
    const [, first = ''] = textOf('README.md').split('\n\n');
    expect(first.match(/\.(?=\s|$)/g)).toHaveLength(3);
    expect(first).toContain('Modica');
  });

  it('leads to every page of docs, by itself or over one page', () => {
    const direct = linksOf('README.md').map(({ file }) => file);
    const second = direct.flatMap((page) => (shipped.includes(page) ? linksOf(page) : []));
    const reached = new Set([...direct, ...second.map(({ file }) => file)]);
    expect(shipped.filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([]);
  });

  it('has no picture: npm shows none before it knows the address of the repository', () => {
    expect(textOf('README.md')).not.toMatch(/!\[|<img/);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesLeftOut } from '../left-out/what.mjs';

const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .map((file) => path.posix.join('test', ...file.split(path.sep)))
  .filter((file) => file.endsWith('.ts'));

/** `*` is any part of a name; `!(name)` is any name but that one. */
const toPattern = (glob: string) =>
  new RegExp(`^${glob.replaceAll('*', '[^/]*').replace(/!\(([^)]*)\)/, '(?!(?:$1)\\.)[^/]*')}$`);

const patterns = filesLeftOut.map(toPattern);
const isLeftOut = (file: string) => patterns.some((pattern) => pattern.test(file));

/** The cases that the titles in a file begin with: 'A10, A13: what cannot be a code does nothing'. */
function casesIn(file: string): readonly string[] {
  const titles = readFileSync(file, 'utf8').matchAll(/['"`]((?:[AF]\d+)(?:, [AF]\d+)*)[: ]/g);
  return [...titles].flatMap(([, ids = '']) => ids.split(', '));
}

describe('What npm test leaves out', () => {
  it('is there', () => {
    const matches = patterns.map((pattern) => files.some((file) => pattern.test(file)));
    expect(matches).toEqual(patterns.map(() => true));
  });

  it('is the only test of no attack and of no fault', () => {
    const inQuickOnes = new Set(files.filter((file) => !isLeftOut(file)).flatMap(casesIn));
    const onlyLeftOut = files
      .filter(isLeftOut)
      .flatMap((file) => casesIn(file).map((id) => `${id} in ${file}`))
      .filter((named) => !inQuickOnes.has(named.split(' ')[0] ?? ''));
    expect(onlyLeftOut).toEqual([]);
    expect(inQuickOnes.size).toBeGreaterThanOrEqual(39);
  });
});

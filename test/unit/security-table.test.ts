import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** The rows of the table in SECURITY.md: case, guard, test. */
const rows = readFileSync('SECURITY.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| (A|F)\d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, what = '', guard = '', test = '']) => ({ id: what.split(' ')[0] ?? '', guard, test }));

const pathsIn = (cell: string) =>
  [...cell.matchAll(/`((?:lib|test)\/[^`]+)`/g)].map(([, path]) => path);

const attacks = Array.from({ length: 48 }, (_, index) => `A${index + 1}`);

/** Where attacks are run with a recovery code in the place of a code. */
const withRecoveryCodes = [
  'test/security/recovery-codes.test.ts',
  'test/security/recovery-code-requests.test.ts',
  'test/frameworks/scenarios/half-a-login.ts',
  'test/frameworks/scenarios/user-property.ts',
  'test/integration/nestjs/two-factor-guard-subclass.test.ts',
  'test/e2e/nestjs/recovery-codes.test.ts',
];

/** The attacks that a recovery code cannot meet. */
const withoutRecoveryCodes = new Map([
  ['A10', 'no request to a provider carries it'],
  ['A19', 'no provider is asked'],
  ['A23', 'the way back is the one of a code'],
  ['A27', 'it sends nothing'],
  ['A29', 'it sends nothing'],
  ['A32', 'no provider is asked'],
  ['A33', 'no provider is asked'],
  ['A35', 'no provider is asked'],
  ['A36', 'it proves no number'],
  ['A39', 'it approves no transaction'],
  ['A43', 'the form that posts it is one of the routes that are tried'],
  ['A44', 'it needs no secret of the app'],
  ['A46', 'nothing is read outside of HTTP'],
  ['A47', 'its time is that of a code'],
]);

describe('SECURITY.md', () => {
  it('names every attack and every fault', () => {
    const faults = Array.from({ length: 36 }, (_, index) => `F${index + 1}`);
    expect(rows.map(({ id }) => id)).toEqual([...attacks, ...faults]);
  });

  it.each(rows)('$id: its guard is there, and a test that names it', ({ id, guard, test }) => {
    for (const path of pathsIn(guard)) expect(existsSync(path ?? '')).toBe(true);
    const [file = ''] = pathsIn(test);
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`\\b${id}\\b`));
  });
});

describe('A recovery code in the place of a code', () => {
  const text = withRecoveryCodes
    .map((file) => readFileSync(file, 'utf8'))
    .filter((test) => test.includes('recoveryCode'))
    .join('\n');

  it.each(attacks)('%s is run with one, or cannot be', (id) => {
    const isRun = new RegExp(`\\b${id}\\b[^\\n]*: `).test(text);
    expect(isRun).not.toBe(withoutRecoveryCodes.has(id));
  });
});

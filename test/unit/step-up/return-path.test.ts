import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameSitePath } from '../../../lib/step-up/return-path.js';

describe('A path on this site', () => {
  it.each(['/', '/account', '/a/b?c=d&e=%2Ff#g', '/%2F%2Fevil.example', '/a?next=//evil.example'])(
    'is gone back to: %s',
    (path) => {
      expect(sameSitePath(path)).toBe(path);
    },
  );

  it('loses its dots, as a browser would have it', () => {
    expect(sameSitePath('/a/../b/./c')).toBe('/b/c');
  });
});

describe('A23: another site', () => {
  it.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/a\\..\\..\\evil.example',
    'https://evil.example',
    'https:evil.example',
    'HTTPS://evil.example/',
    'javascript:alert(1)',
    'data:text/html,x',
    'evil.example',
    '@evil.example',
    '.evil.example',
    '%2F%2Fevil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    '/%2E%2e//evil.example',
    '/\u0000/evil.example',
    '/é',
    '',
    `/${'a'.repeat(2000)}`,
    undefined,
    null,
    7,
    ['/a'],
    { toString: () => '/a' },
  ])('falls back to the start: %j', (target) => {
    expect(sameSitePath(target)).toBe('/');
    expect(sameSitePath(target, '/home')).toBe('/home');
  });

  it('is never where a browser ends, whatever is asked for', () => {
    const part = fc.oneof(
      fc.constantFrom('/', '//', '\\', '.', '..', '%2e', '%2f', '\t', '\n', ':', '@', '?', '#'),
      fc.constantFrom('evil.example', 'https:', 'javascript:', '%5c', '\u2044', '\uff0f'),
      fc.string(),
    );
    const target = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    const property = fc.property(target, (asked) => {
      const path = sameSitePath(asked);
      // As the header would carry it, twice: what is written down must lead to the same place again.
      const once = new URL(path, 'https://app.example/login');
      expect(once.origin).toBe('https://app.example');
      expect(sameSitePath(path)).toBe(path);
    });
    fc.assert(property, { numRuns: 2000 });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameSitePath } from '../../../lib/step-up/return-path.js';

describe('sameSitePath', () => {
  it.each(['/', '/account', '/a/b?c=d&e=%2Ff#g', '/%2F%2Fevil.example', '/a?next=//evil.example'])(
    'returns a path on this site: %s',
    (path) => {
      expect(sameSitePath(path)).toBe(path);
    },
  );

  it('returns a path of at most 2000 characters', () => {
    const longest = `/${'a'.repeat(1999)}`;
    expect(sameSitePath(longest)).toBe(longest);
    expect(sameSitePath(`${longest}a`)).toBe('/');
  });

  it('resolves dot segments as browsers do', () => {
    expect(sameSitePath('/a/../b/./c')).toBe('/b/c');
  });

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
  ])('A23: returns the fallback for %j', (target) => {
    expect(sameSitePath(target)).toBe('/');
    expect(sameSitePath(target, '/home')).toBe('/home');
  });

  it('A23: never returns a path that a browser reads as another site', () => {
    const part = fc.oneof(
      fc.constantFrom('/', '//', '\\', '.', '..', '%2e', '%2f', '\t', '\n', ':', '@', '?', '#'),
      fc.constantFrom('evil.example', 'https:', 'javascript:', '%5c', '\u2044', '\uff0f'),
      fc.string(),
    );
    const target = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    const property = fc.property(target, (asked) => {
      const path = sameSitePath(asked);
      // Parsed and serialised once more, as in the header: the path must stay the same.
      const once = new URL(path, 'https://app.example/login');
      expect(once.origin).toBe('https://app.example');
      expect(sameSitePath(path)).toBe(path);
    });
    fc.assert(property, { numRuns: 2000 });
  });
});

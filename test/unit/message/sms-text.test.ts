import { describe, expect, it } from 'vitest';
import { contentProblem, spokenText } from '../../../lib/message/sms-text.js';

describe('contentProblem', () => {
  it.each([
    'Your code is %(code)s',
    '%(code)s',
    '%(code)s, again: %(code)s',
    'Your code is %(code)s\n\n@example.com #%(code)s',
  ])('accepts %o', (content) => {
    expect(contentProblem(content)).toBeUndefined();
  });

  it.each([
    '',
    'Your code is 123456',
    'Your code is %(code)',
    'Your code is %(CODE)s',
    '%( code)s',
  ])('refuses %o, which has no place for the code', (content) => {
    expect(contentProblem(content)).toContain('it must contain %(code)s');
  });

  it.each(['100% safe: %(code)s', '%(code)s %', '%(code)s %(name)s', '%%(code)s', '%s: %(code)s'])(
    'A29: refuses another "%%", which is invalid in Python\'s string formatting: %o',
    (content) => {
      expect(contentProblem(content)).toContain('it contains a "%" outside %(code)s');
    },
  );
});

describe('spokenText', () => {
  it.each([
    ['Your code is %(code)s.', 'Your code is %(code)s.'],
    ['Code: %(code)s\n\n@example.com #%(code)s', 'Code: %(code)s\n\n%(code)s'],
    ['%(code)s to "ACME\n\n@a.example #%(code)s"', '%(code)s to "ACME\n\n@a.example #%(code)s"'],
    ['Pay @a.example #1: %(code)s', 'Pay @a.example #1: %(code)s'],
  ])('of %j says the code again only in place of the origin-bound line', (content, spoken) => {
    expect(spokenText(content)).toBe(spoken);
  });
});

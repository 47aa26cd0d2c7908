import { describe, expect, it } from 'vitest';
import { plainCause } from '../../lib/errors.js';
import { containsSecret, scrub } from '../../lib/redact.js';

const number = '+64211234567';
const code = 'AbCdEf';
const authorization = 'Basic YXBwOmNhbmFyeS1wYXNzd29yZA==';
const password = 'canary-password';
const record = JSON.stringify({ userId: 'alice@example.com', destination: number, reference: 'r' });

/** As they are sent: `scrub` is given these. */
const secrets = [number, code, authorization, authorization.slice(6), password];

/** What other libraries write into their messages, and what must be left of it. */
const messages: readonly [string, string, string][] = [
  [
    'Knex: the SQL with its values',
    `insert into "records" ("key", "value") values ('passport-modica-2fa:x', '${record}') - relation "records" does not exist`,
    `insert into "records" ("key", "value") values ('passport-modica-2fa:x', '{…}') - relation "records" does not exist`,
  ],
  [
    'nock: the request with headers and body',
    `Nock: No match for request ${JSON.stringify({ method: 'POST', headers: { authorization }, body: JSON.stringify({ code }) }, null, 2)}`,
    'Nock: No match for request {…}',
  ],
  [
    'a record that is cut short',
    `Data too long for column: ${record.slice(0, 60)}`,
    'Data too long for column: {…}',
  ],
  ['a number', `no route to ${number}`, 'no route to …'],
  ['a number with blanks', 'no route to +64 21 123 45 67!', 'no route to …!'],
  ['a number in brackets', 'no route to (021) 123-4567', 'no route to …'],
  ['a number without its +', 'no route to 64211234567', 'no route to …'],
  ['a number in a URL', 'GET /x?to=%2B64211234567 failed', 'GET /x?to=… failed'],
  ['a code of digits', 'unexpected value 123456', 'unexpected value …'],
  ['a code of letters', `unexpected value ${code}`, 'unexpected value …'],
  ['a header', `bad header authorization: ${authorization}`, 'bad header authorization: …'],
  ['a header of another account', 'bad header: Bearer xyZ/987', 'bad header: Bearer …'],
  ["Infobip's key", 'bad header: App abc-DEF-1', 'bad header: App …'],
  ['a password', `password=${password} is wrong`, 'password=… is wrong'],
  ['a password of another account', 'api_key: "abcdef"', 'api_key: "…"'],
  ['a URL with a password', 'redis://:hunter2@db:6379 refused', 'redis://…@db:… refused'],
];

/** What says where and why it failed. */
const kept = [
  'connect ECONNREFUSED 127.0.0.1:6379',
  'connect ECONNREFUSED ::1:54321',
  'connect ETIMEDOUT 2001:db8::17:443',
  'connect EHOSTUNREACH 2001:db8:0:0:0:0:0:17',
  'connect ECONNREFUSED localhost:6379',
  'getaddrinfo ENOTFOUND api.modicagroup.com',
  'connect ECONNRESET redis-1.internal.example:16379',
  'attempt 2, 127.0.0.1:6379 refused',
  'tried 3: 10000 ms',
  'Command timed out after 10000 ms',
  'Timeout of 10000ms exceeded',
  'Response code 503 (Service Unavailable)',
  'NOAUTH Authentication required.',
  'Basic authentication is off',
  'relation "records" does not exist',
  "Access denied for user 'app'@'localhost'",
  'template {code} is unknown',
];

describe('A41: a message of another library', () => {
  it.each(messages)('A41: holds no secret, and still says what failed: %s', (_what, text, left) => {
    const cause = plainCause(new Error(text), secrets);
    expect(cause.message).toBe(left);
    for (const secret of [...secrets, '211234567', 'alice@example.com', 'hunter2']) {
      expect(cause.message).not.toContain(secret);
    }
  });

  it.each(messages)(
    'A41: contains none either where it is not known what was sent: %s',
    (_what, text) => {
      const scrubbed = scrub(text.replaceAll(code, '123456'));
      for (const secret of [number, '211234567', '123456', authorization.slice(6), 'hunter2']) {
        expect(scrubbed).not.toContain(secret);
      }
    },
  );

  it.each(kept)('A41: is left as it is where it holds none: %s', (text) => {
    expect(scrub(text, secrets)).toBe(text);
  });

  it('A41: is scrubbed of a secret in any spelling', () => {
    const secret = 'a"b c+d';
    expect(
      scrub(`${JSON.stringify(secret)} ${encodeURIComponent(secret)} ${secret}`, [secret]),
    ).toBe('"…" … …');
  });

  it('A41: is not searched for strings shorter than any code', () => {
    expect(scrub('ECONNREFUSED', ['E', 'CON', ''])).toBe('ECONNREFUSED');
  });

  it('A41: is truncated to 500 characters, and read up to 4000', () => {
    expect(scrub('x'.repeat(1000))).toBe(`${'x'.repeat(500)}…`);
    for (const pattern of ['{', '{"', '1 ', 'a.', '1:', ':', '//', 'Basic ', 'password=']) {
      expect(scrub(pattern.repeat(100_000)).length).toBeLessThanOrEqual(501);
    }
  });
});

/** What stands between the digits of a number: all of them are seen in logs of carriers and of Excel. */
const separators = [
  ' ',
  '\u00a0',
  '\u2009',
  '\u202f',
  '-',
  '\u2011',
  '\u2013',
  '\u2014',
  '\u2212',
  '.',
  ' . ',
  '_',
  ',',
  ', ',
  ':',
  '/',
  ' (',
  ') ',
];

describe('A41: a number', () => {
  it.each(separators)('A41: with %j between its digits is taken out', (between) => {
    const spelled = ['64', '21', '123', '4567'].join(between);
    for (const sent of [[], ['+64211234567']]) {
      expect(scrub(`not a number: ${spelled}!`, sent)).toBe('not a number: …!');
    }
    expect(containsSecret(['64', '21', '123', '4567'].join(between), ['+64211234567'])).toBe(true);
  });

  it.each([
    '64.211.234.567',
    '6421123 4567 ms',
    '64*21*123*4567',
    '+64x21x123x4567',
    '64211234567 bytes',
  ])('A41: is removed in any spelling if it was sent: %s', (spelled) => {
    expect(scrub(`x=${spelled}`, ['+64211234567'])).toMatch(/^x=…( ms| bytes)?$/);
  });

  it('A41: is removed as a code with separators between its digits', () => {
    expect(scrub('got 1 2 3-4', ['1234'])).toBe('got …');
    expect(scrub('got 12.3.4 and 1.2.3.4', ['1234'])).toBe('got … and …');
  });
});

describe('A18: a credential', () => {
  it.each(['base64', 'base64url'] as const)('A18: in %s is taken out', (encoding) => {
    const secret = 'C4n4ry-Passwords';
    const encoded = Buffer.from(secret).toString(encoding);
    expect(scrub(`bad ${encoded}`, [secret])).not.toContain(encoded.slice(0, 20));
  });
});

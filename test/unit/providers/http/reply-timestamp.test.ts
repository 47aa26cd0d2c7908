import { describe, expect, it } from 'vitest';
import { parseTimestamp } from '../../../../lib/providers/http/reply.js';

const noon = Date.UTC(2030, 0, 1, 12);

describe('A timestamp', () => {
  it.each([
    ['in UTC', '2030-01-01T12:00:00Z', noon],
    ['in UTC, in lower case', '2030-01-01t12:00:00z', noon],
    ['without a zone, which is UTC', '2030-01-01T12:00:00', noon],
    ['without a zone, with a space', '2030-01-01 12:00:00', noon],
    ['as Python writes it', '2030-01-01 12:00:00.123456', noon + 123],
    ['with an offset', '2030-01-02T01:00:00+13:00', noon],
    ['with an offset without its colon', '2030-01-01T07:00:00-0500', noon],
    ['with an offset of zero', '2030-01-01T12:00:00+00:00', noon],
    ['with milliseconds', '2030-01-01T12:00:00.250Z', noon + 250],
    ['with nanoseconds', '2030-01-01T12:00:00.123456789Z', noon + 123],
  ])('is parsed: %s', (_what, text, time) => {
    expect(parseTimestamp(text)).toBe(time);
  });
});

describe('A malformed timestamp', () => {
  it.each([
    '',
    'now',
    '1893499200',
    '2030',
    '2030-01-01',
    '12:00:00',
    '2030-01-01T12:00',
    '2030-1-1T12:00:00Z',
    '2030-13-01T12:00:00Z',
    '2030-01-32T12:00:00Z',
    '2030-01-01T25:00:00Z',
    '2030-01-01T12:60:00Z',
    '2030-01-01T12:00:00.Z',
    '2030-01-01T12:00:00+99:99',
    '2030-01-01T12:00:00 NZDT',
    '2030-01-01T12:00:00Z\n',
    ' 2030-01-01T12:00:00Z',
    '01/02/2030 12:00:00',
    'Tue, 01 Jan 2030 12:00:00 GMT',
    '+02030-01-01T12:00:00Z',
    '२०३०-०१-०१T१२:००:००Z',
  ])('is undefined: %o', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import {
  bothTypes,
  challengeSchema,
  channelOf,
  isOver,
  randomId,
  subjectKey,
} from '../../../lib/challenge/challenge.js';
import { someChallenge, someSubject } from '../../fixtures/challenges.js';
import { minute } from '../../fixtures/clock.js';

describe('randomId', () => {
  it('returns 128 random bits in base64url', () => {
    const ids = Array.from({ length: 1000 }, randomId);
    expect(new Set(ids).size).toBe(1000);
    expect(ids.every((id) => /^[\w-]{22}$/.test(id))).toBe(true);
  });
});

describe('subjectKey', () => {
  it('is equal for equal subjects', () => {
    const subject = { transaction: '"x"' };
    expect(subjectKey(someSubject(subject))).toBe(subjectKey(someSubject(subject)));
  });

  it.each([
    ['realm', { realm: 'staff' }],
    ['strategy', { strategy: 'other' }],
    ['purpose', { purpose: 'step-up' as const }],
    ['user', { userId: 2 }],
    ['user, by the type of the id', { userId: '1' }],
    ['number', { destination: '+64210000000' }],
    ['transaction', { transaction: '"pay bob"' }],
  ])('A11: differs for another %s', (_what, subject) => {
    expect(subjectKey(someSubject(subject))).not.toBe(subjectKey(someSubject()));
  });

  it('reveals neither the number nor the user', () => {
    const key = subjectKey(someSubject({ userId: 'alice' }));
    expect(key).not.toContain('alice');
    expect(key).not.toContain('64211234567');
  });
});

describe('isOver', () => {
  const since = Date.UTC(2030, 0, 1);
  const until = since + 5 * minute;

  it('A17: is true at the end of the time span, to the millisecond', () => {
    expect(isOver(since, until, until - 1)).toBe(false);
    expect(isOver(since, until, until)).toBe(true);
  });

  it('tolerates clocks that differ by a minute', () => {
    expect(isOver(since, until, since)).toBe(false);
    expect(isOver(since, until, since - minute)).toBe(false);
  });

  it('F8: is true after the clock was set back', () => {
    expect(isOver(since, until, since - minute - 1)).toBe(true);
  });
});

describe('The channel of a challenge', () => {
  const delivery = { state: 'sent', reference: 'r' } as const;

  it.each([
    ['call', { ...delivery, channel: 'call' as const }],
    ['sms', { ...delivery, channel: 'sms' as const }],
    // As a version without calls wrote it.
    ['sms', delivery],
  ])('is %s for %j', (channel, written) => {
    expect(channelOf(someChallenge({ delivery: written }))).toBe(channel);
  });
});

describe('A challenge in the store', () => {
  it.each([
    ['on its way', { state: 'sending' as const }],
    ['on its way again', { state: 'sending' as const, reference: 'r' }],
    ['sent', { state: 'sent' as const, reference: 'r' }],
    ['perhaps sent', { state: 'unknown' as const }],
    ['spoken', { state: 'sent' as const, reference: 'r', channel: 'call' as const }],
    ['perhaps sent again', { state: 'unknown' as const, reference: 'r' }],
  ])('is read back unchanged: %s', (_what, delivery) => {
    const challenge = someChallenge({ delivery, userId: 'alice', transaction: '"x"' });
    expect(challengeSchema.parse(JSON.parse(JSON.stringify(challenge)))).toEqual(challenge);
  });

  it('is read without the keys of a newer version', () => {
    const challenge = someChallenge();
    expect(challengeSchema.parse({ ...challenge, added: true })).toEqual(challenge);
  });

  it.each([
    ['sent without a reference', { delivery: { state: 'sent' } }],
    ['in an unknown state', { delivery: { state: 'lost', reference: 'r' } }],
    ['for an unknown purpose', { purpose: 'admin' }],
    ['of a user that is no id', { userId: { $ne: null } }],
    ['with a time that is a text', { expiresAt: '2999-01-01' }],
  ])('is rejected: %s', (_what, changed) => {
    expect(challengeSchema.safeParse({ ...someChallenge(), ...changed }).success).toBe(false);
  });
});

describe('bothTypes', () => {
  it.each<[string | number, readonly (string | number)[]]>([
    [7, [7, '7']],
    ['7', [7, '7']],
    ['007', ['007']],
    ['NaN', ['NaN']],
    ['Infinity', ['Infinity']],
  ])('finds that the id %j may be %j', (id, ids) => {
    expect(bothTypes(id)).toEqual(ids);
  });
});

import { describe, expect, it } from 'vitest';
import { readHandle, writeHandle } from '../../../lib/challenge/handle.js';
import { firstFactorOf, someChallenge } from '../../fixtures/challenges.js';

const id = 'abcdefghijklmnopqrst_-';

describe('A handle', () => {
  it('is read as it was written, and contains two random ids only', () => {
    const challenge = someChallenge();
    const firstFactor = firstFactorOf(challenge);
    const written = writeHandle(challenge, firstFactor);
    expect(written).toBe(`${challenge.id}.${firstFactor.id}`);
    expect(readHandle(written)).toEqual({
      challengeId: challenge.id,
      firstFactorId: firstFactor.id,
    });
  });

  it.each([
    ['one id', id],
    ['a short id', `${id}.${id.slice(1)}`],
    ['a third id', `${id}.${id}.${id}`],
    ['a path', `../../${id.slice(6)}.${id}`],
    ['a key of the store', `passport-modica-2fa:c.${id}`],
    ['a line break', `${id}.${id}\n`],
    ['a NUL', `${id}.${id.slice(1)}\0`],
    ['a megabyte', id.repeat(50_000)],
    ['an empty text', ''],
    ['a list that reads like one', [`${id}.${id}`]],
    ['an object', { challengeId: id, firstFactorId: id }],
    ['a number', 7],
    ['null', null],
    ['nothing', undefined],
  ])('A13: is undefined for another form: %s', (_what, value) => {
    expect(readHandle(value)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import { Users } from '../../../lib/flow/users.js';
import { thrownBy } from '../../fixtures/thrown.js';

const usersBy = (
  userId: () => unknown,
  more: { realm?: string; userVersion?: () => unknown } = {},
) =>
  new Users({
    userId,
    destination: () => null,
    name: 'modica-2fa',
    realm: 'users',
    verifyTimeout: 100,
    ...more,
  });

describe('The id of a user', () => {
  it.each([1, 0, -1, 1.5, 'alice', ' ', '1'])('may be %j, and is returned unchanged', (id) => {
    expect(usersBy(() => id).idOf({})).toBe(id);
  });

  it.each([undefined, null, '', Number.NaN, Number.POSITIVE_INFINITY, 1n, true, {}, []])(
    'may not be %s: nothing could be counted for such a user',
    async (id) => {
      const error = await thrownBy(ConfigurationError, () => usersBy(() => id).idOf({}));
      expect(error.code).toBe('user_unusable');
      expect(error.hint).toContain('"userId"');
    },
  );
});

describe('The version of a user', () => {
  const hashOf = (version: unknown) =>
    usersBy(() => 1, { userVersion: () => version }).versionOf({});

  it.each([
    '2026-11-28T10:00:00.000Z',
    '2026-11-28T10:00:00Z',
    '2026-11-28 10:00:00+00',
    '2026-11-28 10:00:00+0000',
    '2026-11-28 10:00:00.000+00:00',
    '2026-11-28T23:00:00+13:00',
  ])('is that of a Date in each of its forms: %s', (text) => {
    expect(hashOf(text)).toBe(hashOf(new Date(Date.UTC(2026, 10, 28, 10))));
    expect(hashOf(text)).not.toBe(hashOf(`${text}, changed`));
  });

  it("is stored as a hash that is no other user's, of this realm or another", () => {
    const hashes = ['users', 'staff'].flatMap((realm) =>
      [1, 2].map((id) => usersBy(() => id, { realm, userVersion: () => 7 }).versionOf({})),
    );
    expect(new Set(hashes).size).toBe(4);
  });
});

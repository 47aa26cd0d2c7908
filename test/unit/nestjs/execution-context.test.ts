import { describe, expect, it } from 'vitest';
import { userPropertyIn } from '../../../lib/nestjs/execution-context.js';

describe('The property of PassportModule', () => {
  const userPropertyOf = (request: object, property: unknown) =>
    userPropertyIn(Object(request), { property });

  it('is where the user is, if the request has one there', () => {
    expect(userPropertyOf({ member: { id: 1 } }, 'member')).toBe('member');
  });

  it.each([undefined, null, false, 'alice'])(
    'is not where the user is, if the request has %s there',
    (member) => {
      expect(userPropertyOf({ member, user: { id: 1 } }, 'member')).toBeUndefined();
    },
  );

  it('is not where the user is, if it is no string', () => {
    expect(userPropertyOf({ 7: { id: 1 } }, 7)).toBeUndefined();
  });
});

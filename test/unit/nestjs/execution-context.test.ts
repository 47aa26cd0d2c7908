import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import {
  checkedRequest,
  responseOf,
  userPropertyIn,
} from '../../../lib/nestjs/execution-context.js';
import { thrownBy } from '../../fixtures/thrown.js';

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

describe('The response of a context', () => {
  const response = { setHeader() {} };

  it.each([
    ['http', response],
    ['ws', undefined],
    ['graphql', undefined],
  ])('of the type %s is %s', (type, expected) => {
    const context = new ExecutionContextHost([{}, response]);
    context.setType(type);
    expect(responseOf(context)).toBe(expected);
  });
});

describe('What getRequest returned', () => {
  it.each([
    ['a promise', Promise.resolve({})],
    ['nothing', undefined],
  ])('is an error that names getRequest, if it is %s', async (_what, given) => {
    const error = await thrownBy(ConfigurationError, () => checkedRequest(given));
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('"getRequest"');
  });
});

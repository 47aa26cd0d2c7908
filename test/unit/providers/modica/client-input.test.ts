import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../../lib/errors.js';
import { startEmulator } from '../../../fixtures/emulator.js';
import { clientOf, mobile } from '../../../fixtures/modica.js';
import { thrownBy } from '../../../fixtures/thrown.js';

/** The error message for an untyped call with this input, which must not reach the API. */
async function refusedBeforeSending(
  method: 'createChallenge' | 'verifyResponse',
  input: unknown,
): Promise<string> {
  const emulator = await startEmulator();
  const client = clientOf(emulator);
  const error = await thrownBy(ConfigurationError, () =>
    Reflect.apply(client[method], client, [input]),
  );
  expect(error.code).toBe('option_invalid');
  expect(emulator.requests).toEqual([]);
  return error.message;
}

describe('ModicaClient.createChallenge', () => {
  it.each<[string, object, string]>([
    ['no destination', { destination: undefined }, '"destination"'],
    ['a national number', { destination: '0211234567' }, 'E.164'],
    ['a number with spaces', { destination: '+64 21 1234567' }, 'E.164'],
    ['a number that is too long', { destination: '+6421123456789012' }, 'E.164'],
    ['a list of numbers', { destination: [mobile] }, 'E.164'],
    ['content without the code', { content: 'Your code' }, '%(code)s'],
    ['a stray %', { content: '%(code)s is 100%' }, 'outside %(code)s'],
    ['a mask of twelve characters', { mask: 'twelve chars' }, 'at most 11'],
    ['an empty mask', { mask: '' }, 'must not be empty'],
    ['29 seconds', { expiresIn: 29 }, 'at least 30'],
    ['3601 seconds', { expiresIn: 3601 }, 'at most 3600'],
    ['seconds as a string', { expiresIn: '600' }, 'must be a number of seconds'],
    ['half a second', { expiresIn: 60.5 }, 'whole number of seconds'],
    ['an unknown attribute', { to: mobile }, '"to"'],
  ])('refuses %s without a request', async (_what, attributes, words) => {
    const message = await refusedBeforeSending('createChallenge', {
      destination: mobile,
      ...attributes,
    });
    expect(message).toContain(words);
  });

  it.each([[undefined], [null], [mobile]])('refuses %o without a request', async (input) => {
    expect(await refusedBeforeSending('createChallenge', input)).toContain('must be an object');
  });
});

describe('A challenge at the limits of the API document', () => {
  it.each([
    { expiresIn: 30 },
    { expiresIn: 3600 },
    { mask: 'elevenchars' },
    { content: '%(code)s' },
    { content: '%(code)s %(code)s' },
  ])('is sent: %o', async (attributes) => {
    const emulator = await startEmulator();
    const result = await clientOf(emulator).createChallenge({ destination: mobile, ...attributes });
    expect(result.kind).toBe('created');
  });
});

describe('A13: ModicaClient.verifyResponse', () => {
  it.each<[string, object]>([
    ['no code', { code: undefined }],
    ['an empty code', { code: '' }],
    ['a number', { code: 123456 }],
    ['a list', { code: ['123456'] }],
    ['a query', { code: { $ne: null } }],
    ['no id', { challengeId: undefined }],
    ['an empty id', { challengeId: '' }],
    ['an id that is an object', { challengeId: { id: 'x' } }],
    ['an unknown attribute', { status: 'valid' }],
  ])('A13: refuses %s without a request', async (_what, attributes) => {
    const input = { challengeId: 'id', code: '314159', ...attributes };
    const message = await refusedBeforeSending('verifyResponse', input);
    expect(message).not.toContain('314159');
  });
});

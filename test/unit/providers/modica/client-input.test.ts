import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../../lib/errors.js';
import { startEmulator } from '../../../fixtures/emulator.js';
import { clientOf, mobile } from '../../../fixtures/modica.js';
import { thrownBy } from '../../../fixtures/thrown.js';

/** The error of a call that untyped code makes with this input, and what reached the API. */
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

describe('A challenge that the API document forbids is refused before anything is sent', () => {
  it.each<[string, object, string]>([
    ['no destination', { destination: undefined }, '"destination"'],
    ['a national number', { destination: '0211234567' }, 'E.164'],
    ['a number with spaces', { destination: '+64 21 1234567' }, 'E.164'],
    ['a number that is too long', { destination: '+6421123456789012' }, 'E.164'],
    ['a list of numbers', { destination: [mobile] }, 'E.164'],
    ['a text without the code', { content: 'Your code' }, '%(code)s'],
    ['a stray %', { content: '%(code)s is 100%' }, 'outside %(code)s'],
    ['a mask of twelve characters', { mask: 'twelve chars' }, 'at most 11'],
    ['an empty mask', { mask: '' }, 'must not be empty'],
    ['29 seconds', { expiresIn: 29 }, 'at least 30'],
    ['3601 seconds', { expiresIn: 3601 }, 'at most 3600'],
    ['seconds as a text', { expiresIn: '600' }, 'must be a number of seconds'],
    ['half a second', { expiresIn: 60.5 }, 'whole number of seconds'],
    ['an attribute that nobody knows', { to: mobile }, '"to"'],
  ])('%s', async (_what, attributes, words) => {
    const message = await refusedBeforeSending('createChallenge', {
      destination: mobile,
      ...attributes,
    });
    expect(message).toContain(words);
  });

  it.each([[undefined], [null], [mobile]])('%o', async (input) => {
    expect(await refusedBeforeSending('createChallenge', input)).toContain('must be an object');
  });
});

describe('A challenge at the edge of what the document allows', () => {
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

describe('A13: a response that cannot be one is refused before anything is sent', () => {
  it.each<[string, object]>([
    ['no code', { code: undefined }],
    ['an empty code', { code: '' }],
    ['a number', { code: 123456 }],
    ['a list', { code: ['123456'] }],
    ['a query', { code: { $ne: null } }],
    ['no id', { challengeId: undefined }],
    ['an empty id', { challengeId: '' }],
    ['an id that is an object', { challengeId: { id: 'x' } }],
    ['an attribute that nobody knows', { status: 'valid' }],
  ])('%s', async (_what, attributes) => {
    const input = { challengeId: 'id', code: '314159', ...attributes };
    const message = await refusedBeforeSending('verifyResponse', input);
    expect(message).not.toContain('314159');
  });
});

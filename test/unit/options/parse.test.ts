import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigurationError } from '../../../lib/errors.js';
import { likelyName, parseOptions } from '../../../lib/options/parse.js';
import { thrownBy } from '../../fixtures/thrown.js';

const schema = z.strictObject({
  password: z.string(),
  agent: z.strictObject({ port: z.number({ error: 'must be a port' }) }).optional(),
  state: z.enum(['session', 'client']).optional(),
  tags: z.array(z.string()).optional(),
  since: z.date().optional(),
  realm: z.string().max(5).optional(),
  codeField: z.string().optional(),
});

const problemsOf = (options: unknown) =>
  thrownBy(ConfigurationError, () => parseOptions(schema, options));

const messageFor = async (options: object) =>
  (await problemsOf({ password: 'secret', ...options })).message;

describe('parseOptions', () => {
  it('returns valid options', () => {
    const options = { password: 'secret', agent: { port: 1 } };
    expect(parseOptions(schema, options)).toEqual(options);
  });

  it('names every wrong option by its path, and says what to correct', async () => {
    const error = await problemsOf({ password: 5, agent: { port: 'x' } });
    expect(error.code).toBe('option_invalid');
    expect(error.message).toBe(
      'The option "password" must be a string. The option "agent.port" must be a port. Correct the options passed to this constructor or function.',
    );
  });

  it.each([
    [{ agent: 7 }, 'The option "agent" must be an object.'],
    [{ tags: 'one' }, 'The option "tags" must be a list.'],
    [{ tags: [7] }, 'The option "tags.0" must be a string.'],
    [{ since: 'today' }, 'The option "since" must be of type date.'],
    [{ state: 'cookie' }, "The option \"state\" must be one of 'session', 'client'."],
    [{ realm: 'customers' }, 'The option "realm" is not valid: Too big'],
  ])('says of %j: %s', async (options, message) => {
    expect(await messageFor(options)).toContain(message);
  });

  it('A18: never shows a value', async () => {
    const error = await problemsOf({ password: ['canary-password'], agent: 'canary-password' });
    expect(error.message).not.toContain('canary-password');
    expect(error).not.toHaveProperty('cause');
  });

  it.each([[undefined], [null], ['options']])('refuses %o as a whole', async (options) => {
    expect((await problemsOf(options)).message).toMatch(/^The options must be an object\./);
  });

  it('distinguishes the options of a route from those of a constructor by code and hint', async () => {
    const error = await thrownBy(ConfigurationError, () =>
      parseOptions(schema, {}, 'route_option_invalid'),
    );
    expect(error.code).toBe('route_option_invalid');
    expect(error.hint).toContain('passport.authenticate');
  });
});

describe('An unknown option', () => {
  it.each([
    [{ codefield: 'x' }, 'Unknown option "codefield". Did you mean "codeField"?'],
    [{ field: 'x' }, 'Unknown option "field". Did you mean "codeField"?'],
    [{ statement: 'x' }, 'Unknown option "statement". Did you mean "state"?'],
    [{ agent: { port: 1, prot: 1 } }, 'Unknown option "agent.prot". Did you mean "agent.port"?'],
    [{ fallback: [] }, 'Unknown option "fallback". Correct'],
    [{ xy: 1, zz: 1 }, 'Unknown option "xy". Unknown option "zz". Correct'],
    [{ ate: 1 }, 'Unknown option "ate". Correct'],
  ])('%j is refused: %s', async (options, message) => {
    expect(await messageFor(options)).toContain(message);
  });

  it('of a schema that knows no names is refused without a suggestion', async () => {
    const nothing = z.unknown().superRefine((_options, context) => {
      context.addIssue({ code: 'unrecognized_keys', keys: ['realn'] });
    });
    const error = await thrownBy(ConfigurationError, () => parseOptions(nothing, {}));
    expect(error.message).toMatch(/^Unknown option "realn"\. Correct/);
  });
});

describe('The nearest name', () => {
  const known = ['phase', 'purpose', 'transaction'];

  it.each([
    ['a letter left out', 'purpse', 'purpose'],
    ['a letter too many', 'purposse', 'purpose'],
    ['another letter', 'pirpose', 'purpose'],
    ['two neighbours swapped', 'transcation', 'transaction'],
    ['another case', 'Phase', 'phase'],
    ['two mistakes in a long name', 'trnsacton', 'transaction'],
  ])('is found in spite of %s: %s', (_mistake, name, meant) => {
    expect(likelyName(name, known)).toBe(meant);
  });

  it.each(['phone', 'propose2you', 'scope', 'action', ''])('is none for %j', (name) => {
    expect(likelyName(name, known)).toBeUndefined();
  });

  it('is the new name of an option that was renamed, if it is known, and none by spelling', () => {
    const limits = ['sendsPerHour', 'sendsPerHourTotal'];
    expect(likelyName('sendsPerHourOverall', limits)).toBe('sendsPerHourTotal');
    expect(likelyName('binding', known)).toBe('transaction');
    expect(likelyName('binding', ['purpose'])).toBeUndefined();
  });

  it('is the one with the fewest mistakes', () => {
    expect(likelyName('maxAgee', ['maxAges1', 'maxAge'])).toBe('maxAge');
  });
});

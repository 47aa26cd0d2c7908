import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigurationError } from '../../../lib/errors.js';
import { parseOptions } from '../../../lib/options/parse.js';
import { thrownBy } from '../../fixtures/thrown.js';

const schema = z.strictObject({
  password: z.string({ error: 'must be a text' }),
  agent: z.strictObject({ port: z.number({ error: 'must be a number' }) }),
});

const problemsOf = (options: unknown) =>
  thrownBy(ConfigurationError, () => parseOptions(schema, options));

describe('parseOptions', () => {
  it('gives back options that are right', () => {
    const options = { password: 'secret', agent: { port: 1 } };
    expect(parseOptions(schema, options)).toEqual(options);
  });

  it('names every option that is wrong, wherever it lies, and where to correct it', async () => {
    const error = await problemsOf({ password: 5, agent: { port: 'x' } });
    expect(error.code).toBe('option_invalid');
    expect(error.message).toBe(
      'option "password" must be a text; option "agent.port" must be a number. Correct that where it is set up.',
    );
  });

  it('A18: never shows a value', async () => {
    const error = await problemsOf({ password: ['canary-password'], agent: 'canary-password' });
    expect(error.message).not.toContain('canary-password');
    expect(error).not.toHaveProperty('cause');
  });

  it('says of options that are none as a whole what is wrong', async () => {
    const error = await problemsOf(undefined);
    expect(error.message).toMatch(/^Invalid input: expected object/);
  });

  it('tells options of a route from those of the strategy by the code', async () => {
    const error = await thrownBy(ConfigurationError, () =>
      parseOptions(schema, {}, 'route_option_invalid'),
    );
    expect(error.code).toBe('route_option_invalid');
  });
});

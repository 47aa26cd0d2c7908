import { expect } from 'vitest';

/** The error for an option of `createModicaEmulator` and its siblings. */
export function invalidOption(name: string, reason: string): Error {
  return expect.objectContaining({
    name: 'ConfigurationError',
    code: 'option_invalid',
    message: expect.stringContaining(`option "${name}" ${reason}.`),
  });
}

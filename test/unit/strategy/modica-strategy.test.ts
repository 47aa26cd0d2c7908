import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import { likelyName } from '../../../lib/options/parse.js';
import { type ModicaOptions, modicaSchema } from '../../../lib/providers/modica/options.js';
import { inMemory } from '../../../lib/storage/in-memory.js';
import { ModicaTwoFactorStrategy } from '../../../lib/strategy/modica-strategy.js';
import type { TwoFactorOptions } from '../../../lib/strategy/options.js';
import { account } from '../../fixtures/modica.js';
import { construct, thrownBy } from '../../fixtures/thrown.js';

const problemWith = (options: object) =>
  thrownBy(ConfigurationError, () =>
    construct(
      ModicaTwoFactorStrategy,
      { ...account, destination: () => null, ...options },
      () => {},
    ),
  );

/** Every option of a strategy: the compiler says which is missing. */
const strategyOptions: Readonly<Record<keyof TwoFactorOptions<Express.User>, true>> = {
  destination: true,
  userId: true,
  userVersion: true,
  required: true,
  content: true,
  originBoundTo: true,
  locale: true,
  messages: true,
  allowedPrefixes: true,
  deniedPrefixes: true,
  name: true,
  realm: true,
  codeField: true,
  recoveryCodeField: true,
  recoveryCodes: true,
  resendField: true,
  challengeField: true,
  userProperty: true,
  state: true,
  passReqToCallback: true,
  verifyTimeout: true,
  fallback: true,
  limits: true,
  store: true,
  limiter: true,
};

describe('ModicaTwoFactorStrategy suggests the nearest option', () => {
  it.each([
    ['baseURL', 'baseUrl'],
    ['timout', 'timeout'],
    ['statusVerdict', 'statusVerdicts'],
    ['destinaton', 'destination'],
    ['userID', 'userId'],
  ])('for %s: %s, whether it is the strategy’s or the provider’s', async (name, meant) => {
    const { message } = await problemWith({ [name]: 'x' });
    expect(message).toContain(`Unknown option "${name}". Did you mean "${meant}"?`);
  });

  it.each(Object.keys(strategyOptions))(
    'and never takes %s for an option of the provider',
    (name) => {
      expect(likelyName(name, Object.keys(modicaSchema.shape))).toBeUndefined();
    },
  );
});

/** Every option of the provider: the compiler says which is missing. */
const providerOptions: Readonly<Record<keyof ModicaOptions, unknown>> = {
  username: 'user',
  password: 'secret',
  baseUrl: 'optus',
  agent: {},
  timeout: 5000,
  mask: 'Bank',
  expiresIn: 300,
  acceptedStatuses: ['valid'],
  statusVerdicts: {},
  errorVerdicts: {},
  sendErrorVerdicts: {},
  codePattern: /^\d{6}$/,
};

describe('ModicaTwoFactorStrategy takes the options of its provider', () => {
  it.each(Object.entries(providerOptions))(
    'and hands %s on, instead of refusing it',
    (name, value) => {
      const options = { ...inMemory(), ...account, destination: () => null, [name]: value };
      expect(construct(ModicaTwoFactorStrategy, options, () => {})).toBeInstanceOf(
        ModicaTwoFactorStrategy,
      );
    },
  );
});

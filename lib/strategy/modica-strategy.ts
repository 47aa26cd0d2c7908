import type { IdOf, UserId } from '../challenge/challenge.js';
import { likelyName, parseOptions } from '../options/parse.js';
import { type ModicaOptions, modicaSchema } from '../providers/modica/options.js';
import { ModicaProvider } from '../providers/modica/provider.js';
import type { TwoFactorOptions } from './options.js';
import { TwoFactorStrategy } from './two-factor-strategy.js';
import type {
  AnyVerifyFunction,
  VerifyFunction,
  VerifyFunctionWithRequest,
} from './verify-callback.js';

/** The options of {@link ModicaTwoFactorStrategy}. */
export interface ModicaTwoFactorOptions<TUser, TId extends UserId = IdOf<TUser>>
  extends ModicaOptions,
    TwoFactorOptions<TUser, TId> {}

/**
 * An SMS second factor with Modica's 2FA REST API, or the same API as sold by Optus.
 *
 * @example
 * passport.use(
 *   new ModicaTwoFactorStrategy<AppUser>(
 *     {
 *       username: process.env.MODICA_USERNAME,
 *       password: process.env.MODICA_PASSWORD,
 *       destination: (user) => user.mobile,
 *     },
 *     async ({ userId }) => users.find(userId),
 *   ),
 * );
 *
 * @throws {ConfigurationError} at construction, when an option is missing, misspelt or out of range.
 */
export class ModicaTwoFactorStrategy<
  TUser extends Express.User = Express.User,
  TId extends UserId = IdOf<TUser>,
> extends TwoFactorStrategy<TUser, TId> {
  constructor(
    options: ModicaTwoFactorOptions<TUser, TId> & { passReqToCallback: true },
    verify: VerifyFunctionWithRequest<TUser, TId>,
  );
  constructor(
    options: ModicaTwoFactorOptions<TUser, TId> & { passReqToCallback?: false | undefined },
    verify: VerifyFunction<TUser, TId>,
  );
  constructor(options: ModicaTwoFactorOptions<TUser, TId>, verify: AnyVerifyFunction<TUser, TId>) {
    // Listed by name, so that the compiler can infer the type of the rest.
    const {
      username,
      password,
      baseUrl,
      agent,
      timeout,
      mask,
      expiresIn,
      acceptedStatuses,
      statusVerdicts,
      errorVerdicts,
      sendErrorVerdicts,
      codePattern,
      ...strategyOptions
    } = { ...options };
    const provider = new ModicaProvider(parseOptions(modicaSchema, providerOptionsIn(options)));
    super({ ...strategyOptions, provider }, verify);
  }
}

/** The provider's options, and near misses of them, which its schema then refuses with a suggestion. */
function providerOptionsIn(options: object): object {
  const names = Object.keys(modicaSchema.shape);
  return Object.fromEntries(
    Object.entries({ ...options }).filter(([name]) => likelyName(name, names) !== undefined),
  );
}

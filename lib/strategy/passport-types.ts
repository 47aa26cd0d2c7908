import type { Handler, Request } from 'express';
import type { AuthenticateOptions as Options } from 'passport';
import type { TwoFactorRouteOptions } from './options.js';

/** Types the options of `passport.authenticate('modica-2fa', { … })` and of `passport.authorize`. */
declare module 'passport' {
  interface AuthenticateOptions extends TwoFactorRouteOptions {}

  /** Missing in @types/passport: a transformer with three parameters gets the request first. */
  interface Authenticator<
    InitializeRet = Handler,
    // biome-ignore lint/suspicious/noExplicitAny: as in @types/passport
    AuthenticateRet = any,
    AuthorizeRet = AuthenticateRet,
    AuthorizeOptions = Options,
  > {
    transformAuthInfo(
      transformer: (
        request: Request,
        info: unknown,
        done: (error: unknown, info?: unknown) => void,
      ) => void,
    ): void;
  }
}

import type { Handler, Request } from 'express';
import type { AuthenticateOptions as Options } from 'passport';
import type { TwoFactorRouteOptions } from './options.js';

/** Types the options of `passport.authenticate('modica-2fa', { … })` and of `passport.authorize`. */
declare module 'passport' {
  interface AuthenticateOptions extends TwoFactorRouteOptions {}

  /** Its types leave out that a transformer of three parameters gets the request first. */
  interface Authenticator<
    InitializeRet = Handler,
    // biome-ignore lint/suspicious/noExplicitAny: as it is there
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

import type { TwoFactorRouteOptions } from '../options/options.js';

/** Types the options of `passport.authenticate('modica-2fa', { … })` and `passport.authorize`. */
declare module 'passport' {
  interface AuthenticateOptions extends TwoFactorRouteOptions {}
}

import type { Request, RequestHandler } from 'express';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import {
  hasSecondFactor,
  recordSecondFactor,
  type Storage,
  TwoFactorStrategy,
  type TwoFactorStrategyOptions,
} from 'passport-modica-2fa';
import { z } from 'zod';
import { languageOf } from './language.js';
import { messageText } from './message-text.js';
import { Problem } from './problems.js';
import type { RecoveryCodes } from './recovery-codes.js';
import type { AppUser, Users } from './users.js';

declare global {
  namespace Express {
    /** The type of `req.user`. */
    interface User extends AppUser {}
  }
}

/** The provider, and where and how often it sends codes. */
export type SecondFactorOptions = Pick<
  TwoFactorStrategyOptions<AppUser>,
  'provider' | 'allowedPrefixes' | 'limits' | 'originBoundTo'
>;

/**
 * The user as a session holds it, and whether the user had a number at the login. Sessions of an earlier release
 * hold the id alone, or no `enrolled`: all its users had a number.
 */
const keptUser = z.union([
  z.object({ id: z.number(), passwordVersion: z.number(), enrolled: z.boolean().default(true) }),
  z.number().transform((id) => ({ id, passwordVersion: 1, enrolled: true })),
]);

/** Passport with both factors: a password, then a code from an SMS. */
export function createAuthentication(
  users: Users,
  { store, limiter }: Storage,
  options: SecondFactorOptions,
  recoveryCodes: RecoveryCodes,
) {
  // Its own instance, not Passport's global one, because several apps may share a process.
  const authenticator = new passport.Passport();

  const firstFactor = new LocalStrategy((username, password, done) => {
    users.byPassword(username, password).then((user) => done(null, user ?? false), done);
  });

  const secondFactor = new TwoFactorStrategy<AppUser>(
    {
      ...options,
      store,
      limiter,
      destination: (user) => user.mobile,
      // Users choose: a number is a second factor from the moment on that it is saved.
      required: (user) => user.mobile !== null,
      recoveryCodes: {
        hashes: (userId) => recoveryCodes.hashes(userId),
        consume: (userId, hash) => recoveryCodes.consume(userId, hash),
      },
      passReqToCallback: true,
      // A new password voids the codes that were requested with the old one.
      userVersion: (user) => user.passwordVersion,
      locale: languageOf,
      content: messageText,
    },
    async (request, { userId, purpose, destination }) =>
      // Saves the number that the code was sent to, whatever the client has posted since.
      purpose === 'enrol'
        ? users.changeMobile(userId, destination, userOf(request).mobile)
        : users.byId(userId),
  );

  authenticator.use(firstFactor);
  authenticator.use(secondFactor);

  // Records when the second factor was verified, for the pages that require a recent one.
  authenticator.transformAuthInfo(recordSecondFactor);

  authenticator.serializeUser(({ id, passwordVersion, mobile }, done) =>
    done(null, { id, passwordVersion, enrolled: mobile !== null }),
  );
  const userOfSession = async ({ session }: Request, kept: unknown) => {
    const { id, passwordVersion, enrolled } = keptUser.parse(kept);
    const user = await users.byId(id);
    // A session ends when the password changes that it was started with.
    if (user?.passwordVersion !== passwordVersion) return false;
    // A session of before the first number has had a password only. Once a number is proved it ends (ASVS 5, 7.4.3),
    // except the one in which the number was proved.
    const wasRaised = !enrolled && user.mobile !== null;
    return wasRaised && !hasSecondFactor({ session, user }) ? false : user;
  };
  authenticator.deserializeUser((request: Request, kept: unknown, done: DeserializeDone) => {
    userOfSession(request, kept).then((user) => done(null, user), done);
  });

  return { authenticator, secondFactor };
}

type DeserializeDone = (error: unknown, user?: AppUser | false) => void;

export type Authentication = ReturnType<typeof createAuthentication>;

/** Ends the current session first: the strategy refuses a first factor in a session that is logged in. */
export const logOutFirst: RequestHandler = (request, _response, next) => {
  if (request.isAuthenticated()) request.logout(next);
  else next();
};

/** The user of a request. Behind a guard there always is one. */
export function userOf({ user }: Request): AppUser {
  if (!user) throw new Problem(401, 'unauthenticated', ({ logInFirst }) => logInFirst);
  return user;
}

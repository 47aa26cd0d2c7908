import type { Request, RequestHandler } from 'express';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import {
  recordSecondFactor,
  type Storage,
  TwoFactorStrategy,
  type TwoFactorStrategyOptions,
} from 'passport-modica-2fa';
import { z } from 'zod';
import { languageOf } from './language.js';
import { messageText } from './message-text.js';
import { Problem } from './problems.js';
import type { AppUser, Users } from './users.js';

declare global {
  namespace Express {
    /** What Passport puts into `req.user`. */
    interface User extends AppUser {}
  }
}

/** Who sends the codes, where to, and how often. */
export type SecondFactorOptions = Pick<
  TwoFactorStrategyOptions<AppUser>,
  'provider' | 'allowedPrefixes' | 'limits' | 'originBoundTo'
>;

/** What a session holds of its user; in one of an earlier release, the id alone. */
const keptUser = z.union([
  z.object({ id: z.number(), passwordVersion: z.number() }),
  z.number().transform((id) => ({ id, passwordVersion: 1 })),
]);

/** Who may log in: a password first, then a code from an SMS. */
export function createAuthentication(
  users: Users,
  { store, limiter }: Storage,
  options: SecondFactorOptions,
) {
  // An instance of its own and not Passport's global one: several apps can live in one process.
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
      // Whoever waits for a code with the password of before waits in vain.
      userVersion: (user) => user.passwordVersion,
      locale: languageOf,
      content: messageText,
    },
    async ({ userId, purpose, destination }) =>
      // Enrolment ends here: saved is the number that the code went to, whatever a client sent since.
      purpose === 'enrol' ? users.changeMobile(userId, destination) : users.byId(userId),
  );

  authenticator.use(firstFactor);
  authenticator.use(secondFactor);

  // Notes when the second factor was proved: some pages want that to be a short while ago.
  authenticator.transformAuthInfo(recordSecondFactor);

  // A session ends with the password that it was begun with.
  authenticator.serializeUser(({ id, passwordVersion }, done) =>
    done(null, { id, passwordVersion }),
  );
  authenticator.deserializeUser((kept, done) => {
    const { id, passwordVersion } = keptUser.parse(kept);
    const user = users.byId(id);
    done(null, user?.passwordVersion === passwordVersion ? user : false);
  });

  return { authenticator, secondFactor };
}

export type Authentication = ReturnType<typeof createAuthentication>;

/** Whoever logs in again starts from nothing: the strategy refuses half a login on top of a whole. */
export const logOutFirst: RequestHandler = (request, _response, next) => {
  if (request.isAuthenticated()) request.logout(next);
  else next();
};

/** Behind a guard there is always one. */
export function userOf({ user }: Request): AppUser {
  if (!user) throw new Problem(401, 'unauthenticated', ({ logInFirst }) => logInFirst);
  return user;
}

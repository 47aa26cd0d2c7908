import type { ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { answeringAtOnce } from '../options/parse.js';
import { type RequireSecondFactorOptions, requireSecondFactorSchema } from '../step-up/options.js';
import type { TwoFactorRouteOptions } from '../strategy/options.js';
import { routeSchema } from '../strategy/options-schema.js';

/** What a guard asks of the strategy, and what it does with the user. */
export interface TwoFactorGuardOptions extends Omit<TwoFactorRouteOptions, 'challengeRedirect'> {
  /**
   * The name of the strategy.
   * @default 'modica-2fa'
   */
  strategy?: string | undefined;
  /**
   * The key of the request that gets the verified user. `step-up` and `enrol` have one of their own:
   * the user who is logged in stays in `request.user`, as with `passport.authorize`.
   * @default 'account' with `step-up` and `enrol`; else what `PassportModule` says, or 'user'
   */
  property?: string | undefined;
  /**
   * The key of the request that holds the user of the first factor, the token or the session.
   * @default what `PassportModule` says, where a user is there; else what Passport was given, or 'user'
   */
  userProperty?: string | undefined;
  /**
   * Logs in to the session, which is renewed, once the code is verified and never before. For apps
   * with a session middleware whose sessions have `regenerate` and `save`, and a `PassportSerializer`;
   * only with `purpose: 'login'`.
   * @default false, as with every guard of Nest
   */
  session?: boolean | undefined;
  /**
   * With `session`: what the session held before the login is kept.
   * @default false
   */
  keepSessionInfo?: boolean | undefined;
}

/** What a guard that asks for a fresh second factor is told. */
export interface StepUpGuardOptions<TUser = Express.User>
  extends Omit<RequireSecondFactorOptions<TUser>, 'redirectTo'> {
  /**
   * The request of a context that is not HTTP: the one whose session or token has been checked, never a
   * payload. Without it any other context is refused.
   * @default that of HTTP
   * @example (context) => GqlExecutionContext.create(context).getContext().req
   */
  getRequest?: ((context: ExecutionContext) => Request) | undefined;
}

export const stepUpGuardSchema = requireSecondFactorSchema.omit({ redirectTo: true }).extend({
  getRequest: answeringAtOnce<ExecutionContext, unknown>(
    'getRequest',
    'a function that gives the request of a context',
  ).optional(),
});

const { purpose, phase, transaction, destination, userProperty } = routeSchema.shape;

const nonEmpty = (error: string) => z.string({ error }).min(1, { error: 'must not be empty' });
const flag = z.boolean({ error: 'must be true or false' }).default(false);

/** Checked where the guard is made: an app that is put together wrongly does not start. */
export const twoFactorGuardSchema = z
  .strictObject(
    {
      purpose,
      phase,
      transaction,
      destination,
      userProperty,
      strategy: nonEmpty(
        'must be one name: several mean either of them, so that the password alone would do',
      ).default('modica-2fa'),
      property: nonEmpty('must be a text').optional(),
      session: flag,
      keepSessionInfo: flag,
      // Passport's redirect() ends the response and calls nobody: Nest would wait for its guard.
      challengeRedirect: z
        .undefined({
          error:
            'does not work in a guard, which can only let a request in or refuse it; redirect in an exception filter, where the code is "challenge_sent"',
        })
        .optional(),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `a guard has no option ${issue.keys.map((key) => `"${key}"`).join(', ')}`
          : 'the options of a guard are an object, like { strategy: "modica-2fa" }',
    },
  )
  .refine(({ session, purpose }) => !session || purpose === 'login', {
    error: "goes with purpose: 'login' alone: for any other somebody is logged in already",
    path: ['session'],
  })
  .refine(({ session, property }) => !session || property === undefined, {
    error: 'does not go with session: Passport keeps who is logged in as request.user',
    path: ['property'],
  });

/** Undefined leaves it to `PassportModule`. */
export function propertyOf({
  property,
  purpose,
  session,
}: z.output<typeof twoFactorGuardSchema>): string | undefined {
  if (session) return 'user';
  return property ?? (purpose === 'login' ? undefined : 'account');
}

// The options of createTwoFactorGuard and createStepUpGuard, and their schemas.
import type { ExecutionContext, PipeTransform, Type } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import type { Transaction } from '../challenge/transaction.js';
import { answeringAtOnce, nonEmptyString } from '../options/parse.js';
import { type RequireSecondFactorOptions, requireSecondFactorSchema } from '../step-up/options.js';
import type { TwoFactorRouteOptions } from '../strategy/options.js';
import { routeSchema } from '../strategy/route-options-schema.js';

/**
 * A provider of the app, of any scope, that returns the transaction of a request, for the option `transaction` of a
 * guard.
 */
export interface TransactionSource {
  /** As the option `transaction` of a route: called in both phases, before anything is sent or counted. */
  transactionOf(request: Request): Transaction | Promise<Transaction>;
}

/** Options of `createTwoFactorGuard`: those of a route, and what the guard does with the user. */
export interface TwoFactorGuardOptions
  extends Omit<TwoFactorRouteOptions, 'challengeRedirect' | 'transaction'> {
  /**
   * The transaction that the code approves, as the option of a route; or the class of a provider that returns it.
   * @default none
   * @example Drafts // class Drafts implements TransactionSource
   */
  transaction?: TwoFactorRouteOptions['transaction'] | Type<TransactionSource>;
  /**
   * Validates the body before anything is sent. Nest runs guards before pipes, so otherwise an invalid body would
   * cost an SMS. Runs before `transaction` and `destination`, one of which is required. Its exception is the
   * response. The body itself is not changed.
   * @default none
   * @example new ValidationPipe({ expectedType: TransferBody, whitelist: true })
   */
  body?: PipeTransform | undefined;
  /**
   * Name of the strategy, as it is registered with Passport. Not needed with a module of this package, which sets it.
   * @default 'modica-2fa'
   */
  strategy?: string | undefined;
  /**
   * Property of the request that receives the verified user. After `step-up` and `enrol` the logged-in
   * user stays in `request.user`, as with `passport.authorize`. Not possible with `session`.
   * @default 'account' for `step-up` and `enrol`; for `login` the `property` of `PassportModule`, or 'user'
   */
  property?: string | undefined;
  /**
   * Property of the request that holds the user of the first factor, the token or the session.
   * @default the `property` of `PassportModule` if it holds a user; else Passport's `userProperty`, or 'user'
   */
  userProperty?: string | undefined;
  /**
   * Logs the user in to a renewed session once the code is verified. Requires `purpose: 'login'`, a
   * `PassportSerializer`, and session middleware whose sessions have `regenerate` and `save`.
   * @default false, as in every Nest guard
   */
  session?: boolean | undefined;
  /**
   * Keeps the session's data across the login. Has an effect only with `session`.
   * @default false
   */
  keepSessionInfo?: boolean | undefined;
}

/** Options of `createStepUpGuard` and `@RequireSecondFactor`. */
export interface StepUpGuardOptions<TUser = Express.User>
  extends Omit<RequireSecondFactorOptions<TUser>, 'redirectTo'> {
  /**
   * Returns the request of a context that is not HTTP. It must be the request whose session or token was
   * checked, never a payload that the client sent.
   * @default the request of an HTTP context; any other context is the error `option_invalid`
   * @example (context) => GqlExecutionContext.create(context).getContext().req
   */
  getRequest?: ((context: ExecutionContext) => Request) | undefined;
}

export const stepUpGuardSchema = requireSecondFactorSchema.omit({ redirectTo: true }).extend({
  getRequest: answeringAtOnce<ExecutionContext, unknown>(
    'getRequest',
    'a function that returns the request of a context',
  ).optional(),
});

const { purpose, phase, destination, userProperty } = routeSchema.shape;

const flag = z.boolean().default(false);

export const twoFactorGuardSchema = z
  .strictObject(
    {
      purpose,
      phase,
      transaction: z
        .custom<NonNullable<TwoFactorGuardOptions['transaction']>>(
          (value) => typeof value === 'function',
          {
            error:
              'must be a function of the request, or the class of a provider with transactionOf(request)',
          },
        )
        .optional(),
      body: z
        .custom<PipeTransform>(
          (value) => typeof Reflect.get(Object(value), 'transform') === 'function',
          { error: 'must be a pipe, like new ValidationPipe({ expectedType: TransferBody })' },
        )
        .optional(),
      destination,
      userProperty,
      strategy: z
        .string({
          error:
            'must be a single name: with several, any one strategy is sufficient, even the password alone',
        })
        .min(1, { error: 'must not be empty' })
        .default('modica-2fa'),
      property: nonEmptyString.optional(),
      session: flag,
      keepSessionInfo: flag,
      // Passport's redirect() ends the response without a callback, and the guard would never settle.
      challengeRedirect: z
        .undefined({
          error:
            'does not work in a guard, which can only allow or refuse a request; redirect in an exception filter, for the code "challenge_sent"',
        })
        .optional(),
    },
    {
      error: (issue) =>
        issue.code === 'invalid_type'
          ? 'must be an object, like { strategy: "modica-2fa" }'
          : undefined,
    },
  )
  .refine(({ session, purpose }) => !session || purpose === 'login', {
    error: "requires purpose: 'login': with any other purpose the user is already logged in",
    path: ['session'],
  })
  .refine(
    ({ body, transaction, destination }) =>
      body === undefined || transaction !== undefined || destination !== undefined,
    {
      error: 'requires "transaction" or "destination": no other option reads the body',
      path: ['body'],
    },
  )
  .refine(({ session, property }) => !session || property === undefined, {
    error: 'cannot be used with "session": Passport keeps the logged-in user in request.user',
    path: ['property'],
  });

/** The property for the verified user; undefined leaves the choice to `PassportModule`. */
export function propertyOf({
  property,
  purpose,
  session,
}: z.output<typeof twoFactorGuardSchema>): string | undefined {
  if (session) return 'user';
  return property ?? (purpose === 'login' ? undefined : 'account');
}

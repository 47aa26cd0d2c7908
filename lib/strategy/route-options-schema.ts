// The options of a strategy's route: valid values and defaults.
import { z } from 'zod';
import { callable, likelyName, nonEmptyString, parseOptions } from '../options/parse.js';
import type { TwoFactorRouteOptions } from './options.js';

/** @throws {ConfigurationError} `route_option_invalid` */
export function parseRouteOptions(options: unknown): RouteSettings {
  return parseOptions(routeOptionsSchema, options, 'route_option_invalid');
}

export type RouteSettings = z.output<typeof routeSchema>;

const ownRouteOptions = {
  purpose: z
    .enum(['login', 'step-up', 'enrol'], { error: "must be 'login', 'step-up' or 'enrol'" })
    .default('login'),
  phase: z
    .enum(['challenge', 'response'], { error: "must be 'challenge' or 'response'" })
    .optional(),
  transaction: callable<NonNullable<TwoFactorRouteOptions['transaction']>>(
    'a function of the request that returns what the code approves',
  ).optional(),
  destination: callable<NonNullable<TwoFactorRouteOptions['destination']>>(
    'a function of the request that returns the new number',
  ).optional(),
  userProperty: nonEmptyString.optional(),
  challengeRedirect: nonEmptyString
    .regex(/^[\x21-\x7e]+$/, { error: 'must be a URL that is valid in a header: encodeURI(…)' })
    .optional(),
};

/** The query of `pending`. */
export const pendingQuerySchema = z.strictObject({
  purpose: ownRouteOptions.purpose,
  transaction: z.unknown().optional(),
});

/** This library's options among those that a route passes to Passport, and Passport's own that affect it. */
export const routeSchema = z.object({
  ...ownRouteOptions,
  failWithError: z.unknown().optional(),
  failureRedirect: z.unknown().optional(),
  failureFlash: z.unknown().optional(),
  failureMessage: z.unknown().optional(),
});

const routeOptionsSchema = z.unknown().superRefine(refuseMisspellings).pipe(routeSchema);

/**
 * The object also holds options of Passport, and of other strategies in the same call: an unknown name is
 * refused only if it is close to one of ours, or was one. None of Passport's options is that close.
 */
function refuseMisspellings(options: unknown, context: z.RefinementCtx): void {
  const own = Object.keys(ownRouteOptions);
  const keys = Object.keys(Object(options)).filter(
    (name) => !own.includes(name) && likelyName(name, own) !== undefined,
  );
  if (keys.length === 0) return;
  context.addIssue({ code: 'unrecognized_keys', keys, inst: routeSchema });
}

// Parameter decorators: what the guard of this route has verified.
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Transaction } from '../challenge/transaction.js';
import { ConfigurationError } from '../errors.js';
import type { SuccessInfo } from '../outcome.js';
import { thrownFor } from './exception.js';
import { checkedRequest, requestOf, responseOf } from './execution-context.js';
import { infoFor } from './verified-routes.js';

/** Returns the request of a context that is not HTTP, as in the options of the guards. */
type GetRequest = (context: ExecutionContext) => unknown;

/** Written out, because the type that Nest gives differs between its versions. */
type FactorDecorator = (getRequest?: GetRequest) => ParameterDecorator;

/**
 * The success info of this route's two-factor guard: a `SuccessInfo`, behind `step-up` always a
 * `VerifiedInfo`, and behind `enrol` a `VerifiedInfo<'enrol'>`. In a context that is not HTTP, pass the guard's
 * `getRequest`.
 *
 * Without such a guard in front, the route answers 500: an info that is read anywhere else could be forged.
 *
 * @example
 * login(@VerifiedFactor() { amr, verifiedAt }: VerifiedInfo) {}
 */
export const VerifiedFactor: FactorDecorator = createParamDecorator(
  (getRequest: GetRequest | undefined, context: ExecutionContext): SuccessInfo =>
    orThrow(context, () => infoOf(context, getRequest)),
);

/**
 * The transaction that the code of this request approved. Execute this one, not what was posted. Without an
 * approved transaction the route answers 500, and its handler does not run.
 *
 * @example
 * transfer(@ApprovedTransaction() { to, amount }: Transfer) {}
 */
export const ApprovedTransaction: FactorDecorator = createParamDecorator(
  (getRequest: GetRequest | undefined, context: ExecutionContext): Transaction =>
    orThrow(context, () => {
      const info = infoOf(context, getRequest);
      if ('transaction' in info && info.transaction !== undefined) return info.transaction;
      throw infoMissing('no transaction', 'Give the guard of this route the option "transaction".');
    }),
);

function infoOf(context: ExecutionContext, getRequest: GetRequest = requestOf): SuccessInfo {
  const info = infoFor(checkedRequest(getRequest(context)), context);
  if (info !== undefined) return info;
  throw infoMissing(
    'nothing',
    'Put createTwoFactorGuard(…) in front of this route; a login in an earlier request is none of this one.',
  );
}

function orThrow<T>(context: ExecutionContext, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw thrownFor(error, responseOf(context));
  }
}

function infoMissing(what: string, hint: string): ConfigurationError {
  return new ConfigurationError('info_unknown', {
    problem: `A route asks for what a code has verified, but ${what} was verified in this request.`,
    hint,
  });
}

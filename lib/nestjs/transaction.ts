// What a route's code approves or proves, read only after the body has been checked.
import type { PipeTransform, Type } from '@nestjs/common';
import { ContextIdFactory, type ModuleRef } from '@nestjs/core';
import type { Request } from 'express';
import { ConfigurationError, plainCause } from '../errors.js';
import type { TwoFactorRouteOptions } from '../strategy/options.js';
import type { TransactionSource, TwoFactorGuardOptions } from './options.js';

/**
 * The strategy's options for a guard's `transaction`, `destination` and `body`. The strategy calls them after it
 * has undone half a login, and before anything is sent or counted.
 */
export function routeValues(
  {
    transaction,
    destination,
    body,
  }: Pick<TwoFactorGuardOptions, 'transaction' | 'destination' | 'body'>,
  moduleRef: ModuleRef | undefined,
): Pick<TwoFactorRouteOptions, 'transaction' | 'destination'> {
  const read = transaction && transactionOf(transaction, moduleRef);
  return {
    ...(read && { transaction: afterCheck(read, body) }),
    ...(destination && { destination: afterCheck(destination, body) }),
  };
}

function afterCheck<T>(
  read: (request: Request) => T | Promise<T>,
  body: PipeTransform | undefined,
): (request: Request) => Promise<T> {
  return async (request) => {
    await body?.transform(request.body, { type: 'body' });
    return read(request);
  };
}

type ReadTransaction = NonNullable<TwoFactorRouteOptions['transaction']>;

function transactionOf(
  transaction: ReadTransaction | Type<TransactionSource>,
  moduleRef: ModuleRef | undefined,
): ReadTransaction {
  if (!isSource(transaction)) return transaction;
  return async (request) => {
    const source = await sourceOf(transaction, request, moduleRef);
    return source.transactionOf(request);
  };
}

/** A request-scoped provider is that of the request's handler, or a new one, which may inject the request too. */
function sourceOf(
  transaction: Type<TransactionSource>,
  request: Request,
  moduleRef: ModuleRef | undefined,
): Promise<TransactionSource> {
  if (moduleRef === undefined) throw notInjected(transaction.name);
  try {
    moduleRef.introspect(transaction);
  } catch (error) {
    throw notProvided(transaction.name, error);
  }
  const contextId = ContextIdFactory.getByRequest(request);
  moduleRef.registerRequestByContextId(request, contextId);
  return moduleRef.resolve(transaction, contextId, { strict: false });
}

function isSource(
  value: ReadTransaction | Type<TransactionSource>,
): value is Type<TransactionSource> {
  const method: unknown = Reflect.get(Object(value.prototype), 'transactionOf');
  return typeof method === 'function';
}

function notProvided(name: string, error: unknown): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `The option "transaction" of the guard is the class ${name}, which is no provider of this app; nothing was sent.`,
    hint: `Add it to the providers of a module: providers: [${name}].`,
    cause: plainCause(error),
  });
}

function notInjected(name: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `The guard was constructed without Nest's injector, so that it cannot find the provider ${name}.`,
    hint: 'Pass the class of the guard to @UseGuards, not an instance.',
  });
}

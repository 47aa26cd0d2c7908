import type { ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import { AuthGuard } from '@nestjs/passport';
import { createTwoFactorGuard } from 'passport-modica-2fa/nestjs';
import { Transfers } from '../auth/transfers.js';

/** The HTTP request, with the arguments of the mutation as its body. */
export function requestOf(context: ExecutionContext) {
  const graphql = GqlExecutionContext.create(context);
  return Object.assign(graphql.getContext().req, { body: graphql.getArgs() });
}

export class PasswordGuard extends AuthGuard('local') {
  getRequest(context: ExecutionContext) {
    return requestOf(context);
  }
}

export class AccessGuard extends AuthGuard('access') {
  getRequest(context: ExecutionContext) {
    return requestOf(context);
  }
}

export class CodeGuard extends createTwoFactorGuard() {
  getRequest(context: ExecutionContext) {
    return requestOf(context);
  }
}

export class StepUpGuard extends createTwoFactorGuard({ purpose: 'step-up' }) {
  getRequest(context: ExecutionContext) {
    return requestOf(context);
  }
}

export class TransferGuard extends createTwoFactorGuard({
  purpose: 'step-up',
  transaction: Transfers,
}) {
  getRequest(context: ExecutionContext) {
    return requestOf(context);
  }
}

import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { createStepUpGuard, RequireSecondFactor } from 'passport-modica-2fa/nestjs';
import { Access } from './access.js';

const fresh = { maxAge: 300 };

/** In front of every route that needs a token of both factors: all without `@Access`. */
@Injectable()
export class SecondFactorGuard extends createStepUpGuard() {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override canActivate(context: ExecutionContext) {
    const access = this.reflector.get(Access, context.getHandler());
    return access !== undefined || super.canActivate(context);
  }
}

/** For what needs a code of the last five minutes. `POST /step-up` gets a token of a fresh one. */
export const RequireFreshCode = () => RequireSecondFactor(fresh);

/** The same, but users without a number may pass: they have no phone to prove. */
@Injectable()
export class FreshCodeOnceEnrolledGuard extends createStepUpGuard(fresh) {
  override canActivate(context: ExecutionContext) {
    const { user } = context.switchToHttp().getRequest<Request>();
    return user?.mobile === null || super.canActivate(context);
  }
}

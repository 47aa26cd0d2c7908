import { Reflector } from '@nestjs/core';

/**
 * Opens a route to anyone, or to users without a number, who have only their password. All other routes require
 * a token of both factors, so that a new route cannot be forgotten.
 */
export const Access = Reflector.createDecorator<'anyone' | 'password'>();

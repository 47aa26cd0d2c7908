// What a guard has verified for the handler of a route, for the parameters of that handler.
import type { ExecutionContext } from '@nestjs/common';
import type { SuccessInfo } from '../outcome.js';

type Handler = ReturnType<ExecutionContext['getHandler']>;

/**
 * By request and handler. Not `request.authInfo`: any strategy can set it, also to the info of an earlier
 * request. And a WebSocket connection or a GraphQL document has one request for several handlers.
 */
const infos = new WeakMap<object, WeakMap<Handler, SuccessInfo>>();

export function keepInfo(request: object, context: ExecutionContext, info: SuccessInfo): void {
  const ofHandlers = infos.get(request) ?? new WeakMap<Handler, SuccessInfo>();
  infos.set(request, ofHandlers.set(context.getHandler(), info));
}

export function forgetInfo(request: object, context: ExecutionContext): void {
  infos.get(request)?.delete(context.getHandler());
}

export function infoFor(request: object, context: ExecutionContext): SuccessInfo | undefined {
  return infos.get(request)?.get(context.getHandler());
}

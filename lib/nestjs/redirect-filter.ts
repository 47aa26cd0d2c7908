import { type ArgumentsHost, Catch, type ExceptionFilter, type Type } from '@nestjs/common';
import type { Request } from 'express';
import type { RefusalInfo } from '../refusal.js';
import { sameSitePath } from '../step-up/return-path.js';
import { atOnce } from '../timers.js';
import { TwoFactorException, thrownFor } from './exception.js';

/** Returns where to send a browser after a refusal; undefined to answer it as JSON. */
type RedirectFor = (refusal: RefusalInfo, request: Request) => string | undefined;

/**
 * Creates a filter that redirects a browser after a refusal, if a page sent the request, and not a client of an API.
 * A guard can only allow or refuse a request, so what Passport's `challengeRedirect` and `failureRedirect` do is
 * done here. Everything else is answered as JSON: other clients, faults, and a path on another site. In a context
 * that is not HTTP the exception is thrown on.
 *
 * @example
 * @UseFilters(createRedirectFilter(({ code }) => (code === 'challenge_sent' ? '/code' : '/login')))
 */
export function createRedirectFilter(redirectFor: RedirectFor): Type<ExceptionFilter> {
  class RedirectFilter implements ExceptionFilter<TwoFactorException> {
    catch(exception: TwoFactorException, host: ArgumentsHost): void {
      // A filter for the whole app also gets what a resolver of GraphQL throws, which has no such request.
      if (host.getType() !== 'http') throw exception;
      const http = host.switchToHttp();
      const request = http.getRequest<Request>();
      const response = http.getResponse<Answer>();
      const { refusal } = exception;
      const path =
        refusal !== undefined && wantsPage(request)
          ? pathFor(() => redirectFor(refusal, request), response)
          : '';
      if (path === '') {
        response.status(exception.getStatus()).send(exception.getResponse());
      } else {
        // 303, so that the browser repeats no POST (RFC 9110, 15.4.4).
        response.status(303).header('Location', path).send();
      }
    }
  }
  Catch(TwoFactorException)(RedirectFilter);
  return RedirectFilter;
}

function pathFor(choose: () => string | undefined, response: Answer): string {
  try {
    return sameSitePath(atOnce('redirectFor', choose()), '');
  } catch (error) {
    throw thrownFor(error, response);
  }
}

/** The part of Express's response and of Fastify's reply that both have. */
interface Answer {
  status(code: number): Answer;
  header(name: string, value: string): Answer;
  send(body?: unknown): unknown;
}

/** Browsers name HTML when they open a page or post a form; `fetch` and other clients do not. */
function wantsPage({ headers: { accept } }: Request): boolean {
  return accept?.includes('text/html') ?? false;
}

import type { ErrorRequestHandler, RequestHandler } from 'express';
import { isTwoFactorError, TwoFactorRefusal } from 'passport-modica-2fa';

export interface ProblemDetails {
  /** What is wrong with each field of the request, by its name. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly retryAfter?: number;
  /** The methods that the path does take. */
  readonly allow?: string;
}

/** What the app itself refuses: a status, a code for programs and a message for people. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: ProblemDetails = {},
  ) {
    super(message);
  }

  get headers(): Readonly<Record<string, string>> {
    const { retryAfter, allow } = this.details;
    return {
      ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
      ...(allow !== undefined && { Allow: allow }),
    };
  }

  toJSON() {
    const { code, message } = this;
    const { fields, retryAfter } = this.details;
    return { code, message, fields, retryAfter };
  }
}

export const notFound: RequestHandler = () => {
  throw new Problem(404, 'not_found', 'There is nothing here.');
};

/** The last handler of a route: whatever comes with another method gets a 405. */
export function onlyBy(...methods: readonly string[]): RequestHandler {
  return ({ method }) => {
    const allow = methods.join(', ');
    throw new Problem(405, 'method_not_allowed', `There is no ${method} here.`, { allow });
  };
}

/** The JSON for a refusal or a failure. Four parameters: Express counts. */
export const answerInJson: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const problem = error instanceof TwoFactorRefusal ? error : problemOf(error);
  response.status(problem.status).set(problem.headers).json(problem);
};

/** Whatever was thrown, as what may be said of it. What broke is logged here. */
export function problemOf(error: unknown): Problem {
  const problem = knownProblem(error) ?? internalError();
  // It is for the log alone: a message or a stack would tell an attacker how we are built.
  if (problem.status >= 500) console.error(error);
  return problem;
}

function knownProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (isTwoFactorError(error)) {
    const { status, code, retryAfter } = error;
    const details = retryAfter === undefined ? {} : { retryAfter };
    return new Problem(status, code, 'We cannot send or check codes right now.', details);
  }
  // Passport does not export its AuthenticationError. Only the password ends in one: the second
  // factor's refusals keep a class of their own.
  if (error instanceof Error && error.name === 'AuthenticationError') {
    return new Problem(401, 'invalid_credentials', 'The username or the password is not right.');
  }
  return unreadableRequest(error);
}

function internalError(): Problem {
  return new Problem(500, 'internal_error', 'Something went wrong.');
}

/** What Express's parsers refuse. Some of their messages quote the body, so they are not passed on. */
function unreadableRequest(error: unknown): Problem | undefined {
  if (!(error instanceof Error && 'status' in error && 'type' in error)) return undefined;
  switch (error.status) {
    case 400:
      return new Problem(400, 'malformed_request', 'The body of the request cannot be read.');
    case 413:
      return new Problem(413, 'request_too_large', 'The body of the request is too large.');
    case 415:
      return new Problem(
        415,
        'unsupported_media_type',
        'The body of the request must be in UTF-8.',
      );
    default:
      return undefined;
  }
}

import type { ErrorRequestHandler, RequestHandler } from 'express';
import { isTwoFactorError, TwoFactorRefusal } from 'passport-modica-2fa';
import { wordsOf } from './language.js';
import { english } from './words/english.js';
import type { Words } from './words/words.js';

export interface ProblemDetails {
  /** The error of each field of the request, by name. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly retryAfter?: number;
  /** The methods that the path allows. */
  readonly allow?: string;
}

/** A refusal of the app itself: a status, a code for programs and a message for people. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly say: (words: Words['problems'], all: Words) => string,
    readonly details: ProblemDetails = {},
  ) {
    super(say(english.problems, english));
  }

  get headers(): Readonly<Record<string, string>> {
    const { retryAfter, allow } = this.details;
    return {
      ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
      ...(allow !== undefined && { Allow: allow }),
    };
  }

  /** The JSON body, in the user's language. */
  in(words: Words) {
    const { fields, retryAfter } = this.details;
    return { code: this.code, message: this.say(words.problems, words), fields, retryAfter };
  }
}

export const notFound: RequestHandler = () => {
  throw new Problem(404, 'not_found', ({ notFound }) => notFound);
};

/** The last handler of a route: answers other methods with 405. */
export function onlyBy(...methods: readonly string[]): RequestHandler {
  return ({ method }) => {
    const allow = methods.join(', ');
    throw new Problem(
      405,
      'method_not_allowed',
      ({ methodNotAllowed }) => methodNotAllowed(method),
      { allow },
    );
  };
}

/** Answers refusals and errors in JSON. Express recognises error handlers by their four parameters. */
export const answerInJson: ErrorRequestHandler = (error, request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  if (error instanceof TwoFactorRefusal) {
    response.status(error.status).set(error.headers).json(error);
    return;
  }
  const problem = problemOf(error);
  response
    .status(problem.status)
    .set(problem.headers)
    .json(problem.in(wordsOf(request)));
};

/** Turns whatever was thrown into a problem that may be shown, and logs faults. */
export function problemOf(error: unknown): Problem {
  const problem = knownProblem(error) ?? internalError();
  // For the log only: a message or a stack would show an attacker how the app is built.
  if (problem.status >= 500) console.error(error);
  return problem;
}

function knownProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (isTwoFactorError(error)) {
    const { status, code, retryAfter } = error;
    const details = retryAfter === undefined ? {} : { retryAfter };
    return new Problem(status, code, ({ noCodes }) => noCodes, details);
  }
  // Passport does not export its AuthenticationError. Only the password ends in one: the second
  // factor's refusals are TwoFactorRefusals.
  if (error instanceof Error && error.name === 'AuthenticationError') {
    return new Problem(401, 'invalid_credentials', ({ wrongCredentials }) => wrongCredentials);
  }
  return unreadableRequest(error);
}

function internalError(): Problem {
  return new Problem(500, 'internal_error', ({ internal }) => internal);
}

/** Errors of Express's body parsers. Their messages may quote the body, so they are not passed on. */
function unreadableRequest(error: unknown): Problem | undefined {
  if (!(error instanceof Error && 'status' in error && 'type' in error)) return undefined;
  switch (error.status) {
    case 400:
      return new Problem(400, 'malformed_request', ({ unreadable }) => unreadable);
    case 413:
      return new Problem(413, 'request_too_large', ({ tooLarge }) => tooLarge);
    case 415:
      return new Problem(415, 'unsupported_media_type', ({ onlyUtf8 }) => onlyUtf8);
    default:
      return undefined;
  }
}

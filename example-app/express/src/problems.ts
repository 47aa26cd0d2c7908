import type { ErrorRequestHandler, RequestHandler } from 'express';
import { isTwoFactorError, TwoFactorRefusal } from 'passport-modica-2fa';

/** What the app itself refuses: a status, a code for programs and a message for people. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** What is wrong with each field of the request, by its name. */
    readonly fields?: Readonly<Record<string, string>>,
  ) {
    super(message);
  }

  toJSON() {
    const { code, message, fields } = this;
    return { code, message, fields };
  }
}

export const notFound: RequestHandler = () => {
  throw new Problem(404, 'not_found', 'There is nothing here.');
};

/** The one place where a refusal or a failure becomes an answer. Four parameters: Express counts. */
export const answerProblem: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  if (error instanceof TwoFactorRefusal) {
    response.status(error.status).set(error.headers).json(error);
    return;
  }
  const problem = problemOf(error);
  // What broke is for the log alone: a message or a stack would tell an attacker how we are built.
  if (problem.status >= 500) console.error(error);
  if (isTwoFactorError(error)) response.set(error.headers);
  response.status(problem.status).json(problem);
};

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isTwoFactorError(error)) {
    return new Problem(error.status, error.code, 'We cannot send or check codes right now.');
  }
  // Passport does not export its AuthenticationError. Only the password ends in one: the second
  // factor's refusals keep a class of their own.
  if (error instanceof Error && error.name === 'AuthenticationError') {
    return new Problem(401, 'invalid_credentials', 'The username or the password is not right.');
  }
  return unreadableRequest(error) ?? new Problem(500, 'internal_error', 'Something went wrong.');
}

/** What express.json() refuses. Its own messages quote the body, so they are not passed on. */
function unreadableRequest(error: unknown): Problem | undefined {
  if (!(error instanceof Error && 'status' in error && 'type' in error)) return undefined;
  switch (error.status) {
    case 400:
      return new Problem(400, 'malformed_request', 'The body of the request is not valid JSON.');
    case 413:
      return new Problem(413, 'request_too_large', 'The body of the request is too large.');
    case 415:
      return new Problem(415, 'unsupported_media_type', 'The body must be JSON in UTF-8.');
    default:
      return undefined;
  }
}

import type { RequestHandler } from 'express';
import { Problem } from '../problems.js';

/** Guards every protected route. A password alone does not pass: it is not in the session. */
export const loggedIn: RequestHandler = (request, _response, next) => {
  if (!request.isAuthenticated())
    throw new Problem(401, 'unauthenticated', ({ logInFirst }) => logInFirst);
  next();
};

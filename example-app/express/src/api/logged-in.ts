import type { RequestHandler } from 'express';
import { Problem } from '../problems.js';

/** The guard of every protected route. A password alone never gets here: it is not in the session. */
export const loggedIn: RequestHandler = (request, _response, next) => {
  if (!request.isAuthenticated())
    throw new Problem(401, 'unauthenticated', ({ logInFirst }) => logInFirst);
  next();
};

import type { RequestHandler } from 'express';

/** The guard of every page behind the login. A password alone never gets here: it is not in the session. */
export const onlyLoggedIn: RequestHandler = (request, response, next) => {
  if (request.isAuthenticated()) next();
  else response.redirect(303, '/login');
};

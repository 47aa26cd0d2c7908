import type { RequestHandler } from 'express';

/** Guards every page behind the login. A password alone does not pass: it is not in the session. */
export const onlyLoggedIn: RequestHandler = (request, response, next) => {
  if (request.isAuthenticated()) next();
  else response.redirect(303, '/login');
};

import { Passport } from 'passport';

/** A request as session and body parser leave it, without their cost and Express's. */
export function signedOut(session = { regenerate: (done) => done(), save: (done) => done() }) {
  return { method: 'POST', headers: {}, body: {}, ip: '127.0.0.1', session };
}

/** The two routes of a login; each gives the refusal, or undefined where it lets in. */
export function routesOf(strategy) {
  const passport = new Passport();
  passport.serializeUser((user, done) => done(null, user.id));
  passport.use(strategy);
  const route = (phase) => {
    const middleware = passport.authenticate(strategy.name, { phase, failWithError: true });
    const response = { setHeader() {} };
    return (request) => new Promise((resolve) => middleware(request, response, resolve));
  };
  return { challenge: route('challenge'), response: route('response') };
}

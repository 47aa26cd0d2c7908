import express from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';

/**
 * An Express app with a password login, whose hash is left out: it costs every app the same. `mount` adds
 * the second factor, and `isLoggedIn` says what its private page asks for. `users` finds them by id.
 */
export function loginApp({ users, store, mount, isLoggedIn }) {
  const passport = new Passport();
  passport.serializeUser((user, done) => done(null, user.id));
  passport.deserializeUser((id, done) => settle(users.find(id), done));
  passport.use(
    new LocalStrategy((username, given, done) => {
      const known = Promise.resolve(users.find(username));
      const right = known.then((user) => user?.password === given && user);
      settle(right, done);
    }),
  );

  const app = express();
  app.set('trust proxy', 'loopback');
  app.use(express.urlencoded({ extended: false }));
  app.use(session({ secret: 'bench', resave: false, saveUninitialized: false, store }));
  app.use(passport.session());
  // A page with a form has a token against CSRF in the session, and so a cookie before any post.
  app.get('/login', (request, response) => {
    request.session.formToken ??= 'token';
    response.end();
  });
  app.get('/private', (request, response) => {
    if (isLoggedIn(request)) response.send(request.user.id);
    else response.status(401).end();
  });
  // What the other pages of an app ask that had a password login before.
  app.get('/account', (request, response) => {
    response.status(request.isAuthenticated() ? 200 : 401).end();
  });
  mount({ app, passport });
  // Express prints the errors that nobody answers.
  app.use((_error, _request, response, _next) => response.status(500).end());
  return app;
}

/** With the `done` of Passport. */
function settle(found, done) {
  Promise.resolve(found).then((user) => done(null, user ?? false), done);
}

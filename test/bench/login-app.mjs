import express from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';

/**
 * An Express app with a password login, without a password hash, which would cost every app the same. `mount`
 * adds the second factor, `requireLogin` protects the private page, and `users` finds users by id.
 */
export function loginApp({ users, store, mount, requireLogin = onlyAuthenticated }) {
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
  app.get('/private', requireLogin, (request, response) => {
    response.send(request.user.id);
  });
  mount({ app, passport });
  // Express would print the error.
  app.use((_error, _request, response, _next) => response.status(500).end());
  return app;
}

function onlyAuthenticated(request, response, next) {
  if (request.isAuthenticated()) next();
  else response.status(401).end();
}

/** Passes what a promise resolves with to Passport's `done`. */
function settle(found, done) {
  Promise.resolve(found).then((user) => done(null, user ?? false), done);
}

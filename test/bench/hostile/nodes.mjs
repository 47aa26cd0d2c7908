import express from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import { listen } from './listening.mjs';
import { findUser, password } from './users.mjs';

/**
 * Two nodes of one app with a password login. `mount` gives each its second factor, and `isLoggedIn`
 * says what its private page asks for. Sessions are shared, as in a store outside of both.
 */
export async function startNodes({ mount, isLoggedIn }) {
  const store = new session.MemoryStore();
  const nodes = await Promise.all([1, 2].map(() => listen(appWith({ store, mount, isLoggedIn }))));
  return {
    urls: nodes.map(({ url }) => url),
    cut: () => nodes.map((node) => node.cut()),
    stop: () => Promise.all(nodes.map((node) => node.stop())),
  };
}

function appWith({ store, mount, isLoggedIn }) {
  const passport = new Passport();
  passport.serializeUser((user, done) => done(null, user.id));
  passport.deserializeUser((id, done) => done(null, findUser(id) ?? false));
  passport.use(
    new LocalStrategy((username, given, done) =>
      done(null, (given === password && findUser(username)) || false),
    ),
  );

  const app = express();
  app.use(express.urlencoded({ extended: false }));
  app.use(session({ secret: 'bench', resave: false, saveUninitialized: false, store }));
  app.use(passport.session());
  // A page with a form has a token against CSRF in the session, and so a cookie before any post.
  app.get('/login', (request, response) => {
    request.session.formToken ??= 'token';
    response.end();
  });
  app.get('/private', (request, response) => {
    response.status(isLoggedIn(request) ? 200 : 401).end();
  });
  mount({ app, passport });
  // Express prints the errors that nobody answers.
  app.use((_error, _request, response, _next) => response.status(500).end());
  return app;
}

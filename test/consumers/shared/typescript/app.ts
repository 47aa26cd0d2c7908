import { once } from 'node:events';
import express, { type ErrorRequestHandler } from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import { inMemory, ModicaTwoFactorStrategy, TwoFactorRefusal } from 'passport-modica-2fa';
import { createModicaEmulator, type ModicaEmulator } from 'passport-modica-2fa/emulator';
import { type AppUser, alice } from './user.js';

const answerErrors: ErrorRequestHandler = (error, _req, res, next) => {
  if (error instanceof TwoFactorRefusal) res.status(error.status).set(error.headers).json(error);
  else next(error);
};

function useStrategies(emulator: ModicaEmulator): void {
  passport.use(
    new LocalStrategy((_name, password, done) => done(null, password === 'right' ? alice : false)),
  );
  passport.use(
    new ModicaTwoFactorStrategy<AppUser>(
      { ...emulator.account, ...inMemory(), destination: (user) => user.mobile },
      async ({ userId }) => (userId === alice.id ? alice : undefined),
    ),
  );
  passport.serializeUser((_user, done) => done(null, alice.id));
  passport.deserializeUser((id: number, done) => done(null, id === alice.id ? alice : false));
}

export async function startApp() {
  const emulator = createModicaEmulator();
  await emulator.start();
  useStrategies(emulator);

  const app = express();
  app.use(express.json());
  app.use(session({ secret: 'of the consumer', resave: false, saveUninitialized: false }));
  app.use(passport.session());
  app.post(
    '/login',
    passport.authenticate('local', { session: false }),
    passport.authenticate('modica-2fa', { phase: 'challenge', failWithError: true }),
  );
  app.post(
    '/login/code',
    passport.authenticate('modica-2fa', { phase: 'response', failWithError: true }),
    (req, res) => {
      res.json({ id: req.isAuthenticated() && (req.user as AppUser).id });
    },
  );
  app.use(answerErrors);

  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('This is no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    emulator,
    stop: async () => {
      server.close();
      await emulator.stop();
    },
  };
}

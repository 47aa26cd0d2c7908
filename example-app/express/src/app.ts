import express from 'express';
import session from 'express-session';
import { createApi } from './api.js';
import { createAuthentication } from './authentication.js';
import { startDemonstration } from './demonstration.js';
import { answerProblem, notFound } from './problems.js';
import type { Settings } from './settings.js';
import { Users } from './users.js';

/** The whole app, not yet listening. */
export async function createApp(settings: Settings) {
  const { production, modica } = settings;
  const users = new Users(settings.databaseFile);
  const { options, emulator } = modica
    ? { options: modica, emulator: undefined }
    : await startDemonstration(users);
  const authentication = createAuthentication(users, options);

  const app = express();
  app.disable('x-powered-by');
  // TLS ends at one proxy in front of us. Without this the secure cookie would never be set, and
  // every client would seem to have the proxy's address.
  if (production) app.set('trust proxy', 1);

  if (emulator) {
    app.get('/handset.json', (_request, response) => {
      response.json(emulator.messages.map(({ to, text, sentAt }) => ({ to, text, sentAt })));
    });
  }
  app.use(
    session({
      // express-session keeps them in memory unless it gets a store: in production give it one.
      secret: settings.sessionSecret,
      resave: false,
      saveUninitialized: false,
      // With this prefix browsers take the cookie from this very host alone, and only by TLS.
      name: production ? '__Host-session' : 'session',
      cookie: {
        httpOnly: true,
        sameSite: 'lax',
        secure: production,
        maxAge: 12 * 60 * 60 * 1000,
      },
    }),
    authentication.authenticator.session(),
    createApi({ users, authentication, allowedPrefixes: options.allowedPrefixes }),
    notFound,
    answerProblem,
  );

  return {
    app,
    emulator,
    close: async () => {
      await emulator?.stop();
      users.close();
    },
  };
}

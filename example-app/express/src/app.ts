import path from 'node:path';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { accountOf } from './accounts.js';
import { Activity } from './activity.js';
import { listenToActivity } from './activity-listener.js';
import { createApi } from './api/api.js';
import { createAuthentication } from './authentication.js';
import { inMemory, openDatabase } from './database.js';
import { startDemonstration } from './demonstration.js';
import { createDevices } from './devices.js';
import { securityHeaders } from './headers.js';
import { handsetPage } from './pages/handset.js';
import { createPages } from './pages/pages.js';
import { answerByPage } from './pages/problem.js';
import { Payments } from './payments.js';
import { answerInJson, notFound } from './problems.js';
import { receiptsWebhook } from './receipts.js';
import { RecoveryCodes } from './recovery-codes.js';
import { onlySameOrigin } from './same-origin.js';
import { numberFirst } from './second-factor.js';
import { keepSession, redirectOnceSaved } from './session.js';
import type { Settings } from './settings.js';
import { openStorage } from './storage.js';
import { createThrottles } from './throttles.js';
import { Users } from './users.js';

const publicFiles = path.join(import.meta.dirname, '../public');

/** The package's script for code forms, which the pages' own imports. */
const browserModule = fileURLToPath(import.meta.resolve('passport-modica-2fa/browser'));

const withoutDatabase =
  'DATABASE_URL is not set: users, sessions and locks are in the memory of this process, and a restart loses them.';

/** The whole app, not yet listening. */
export async function createApp(settings: Settings) {
  if (settings.production && settings.databaseUrl === inMemory) console.warn(withoutDatabase);
  const database = await openDatabase(settings.databaseUrl);
  const storage = await openStorage(settings, database);
  const users = new Users(database);
  const payments = new Payments(database);
  const { options, demonstration } = await providerOf(settings, users);
  const recoveryCodes = new RecoveryCodes(database);
  const authentication = createAuthentication(users, storage, options, recoveryCodes);
  const activity = new Activity(database);
  const listening = listenToActivity(activity);
  const devices = createDevices(storage, settings);
  const parts = {
    users,
    payments,
    recoveryCodes,
    authentication,
    devices,
    activity,
    throttles: createThrottles(storage.limiter, settings.limits),
    allowedPrefixes: options.allowedPrefixes,
    production: settings.production,
    defaultCountry: settings.defaultCountry,
    required: settings.secondFactorRequired,
    demo: demonstration !== undefined,
  };

  const app = express();
  app.disable('x-powered-by');
  // TLS ends at one proxy in front of the app. Without this express-session never sets the secure cookie,
  // and every client has the proxy's address.
  if (settings.production) app.set('trust proxy', 1);

  app.use(securityHeaders(), express.static(publicFiles, { index: false }));
  app.use('/passport-modica-2fa.mjs', express.static(browserModule));
  if (demonstration) app.use(handsetPage(demonstration));
  // Before the session: Nexmo has none.
  if (settings.provider === 'nexmo') {
    const { signatureSecret } = demonstration ?? settings.nexmo ?? {};
    app.use(receiptsWebhook(storage.store, signatureSecret));
  }
  app.use(onlySameOrigin, keepSession(settings, storage.sessions), redirectOnceSaved);
  app.use(authentication.authenticator.session());
  if (settings.secondFactorRequired) app.use(numberFirst);
  app.use(listening.markRequest, devices);
  app.use(createApi(parts), createPages(parts));
  app.use('/api', notFound, answerInJson);
  app.use(notFound, answerByPage);

  return {
    app,
    users,
    demonstration,
    close: async () => {
      listening.stop();
      await demonstration?.emulator.stop();
      await storage.close();
      await database.close();
    },
  };
}

/** The options for the account in the settings, or for an emulator in its place. */
async function providerOf(settings: Settings, users: Users) {
  const options = accountOf(settings);
  if (options) return { options, demonstration: undefined };
  const demonstration = await startDemonstration(users, settings);
  return { options: demonstration.options, demonstration };
}

// A contender's app in a process of its own.
import { listen } from '../listening.mjs';
import { loginApp } from '../login-app.mjs';
import { serve } from '../processes.mjs';
import { sendLimits } from './apps/limits.mjs';
import { endProfile, startProfile } from './profile.mjs';

const [name, settings] = process.argv.slice(2);
const { storage: where, vendor, sends, clock } = JSON.parse(settings);
const { advance } = clock ? await import('./clock.mjs') : {};

const { open } = await import(`./storages/${where.kind}.mjs`);
const storage = await open(where);
const { secondFactor } = await import(`./apps/${name}.mjs`);
const factor = await secondFactor({ storage, vendor, sends: { ...sendLimits, ...sends } });
const site = await listen(await appWith(factor));

/** better-auth replaces express-session and Passport. */
async function appWith({ standalone, ...rest }) {
  if (standalone) {
    const { default: express } = await import('express');
    const app = express();
    standalone({ app });
    return app;
  }
  return loginApp({ users: storage.users, store: await storage.sessions(), ...rest });
}

const questions = {
  add: ({ users }) => storage.users.add(users),
  change: ({ id, fields }) => storage.users.change(id, fields),
  advance: ({ seconds }) => advance(seconds),
  /** User and system time of the process, in microseconds. */
  cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  startProfile,
  endProfile,
  heap() {
    globalThis.gc();
    globalThis.gc();
    return process.memoryUsage().heapUsed;
  },
};

serve(
  { url: site.url },
  async ({ question, ...rest }) => (await questions[question](rest)) ?? true,
);

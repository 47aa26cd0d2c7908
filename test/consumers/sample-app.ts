// Runs the samples of a page in docs in this process, beside an app with users who know one password.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import passport from 'passport';
import { expect, onTestFinished } from 'vitest';
import { createModicaEmulator } from '../../lib/emulator/index.js';
import {
  compile,
  expressApp,
  type Files,
  removeFolder,
  sampleFiles,
  writeFolder,
} from './samples.js';

/** The ids of the app's users. */
export interface Ids {
  readonly alice: number;
  readonly bob: number;
}

const usersWith = (ids: Ids) => `
  export interface AppUser extends Express.User {
    id: number;
    name: string;
    email: string;
    mobile: string;
    passwordChangedAt: Date;
  }
  const entries: [string, number][] = ${JSON.stringify(Object.entries(ids))};
  const all: AppUser[] = entries.map(([name, id]) => ({
    id,
    name,
    email: name + '@example.com',
    mobile: '+642112' + String(id).padStart(5, '0'),
    passwordChangedAt: new Date(0),
  }));
  const found = async (test: (user: AppUser) => boolean): Promise<AppUser | undefined> => all.find(test);
  export const users = {
    check: (name: string, password: string) => found((user) => user.name === name && password === 'right'),
    find: (id: number) => found((user) => user.id === id),
    findByEmail: (email: string) => found((user) => user.email === email),
  };`;

let started = 0;

/** The app of docs/express.md, with the samples of another page mounted by `routes.ts`, and the folder they are in. */
export async function startSamples(document: string, own: (ids: Ids) => Files) {
  // A folder of its own each time, because Node imports a file only once; and users of their own, because
  // strategies in one process share their memory unless they are given another.
  started += 1;
  const ids = { alice: started * 10 + 1, bob: started * 10 + 2 };
  const files = {
    ...sampleFiles(document),
    ...expressApp(),
    'users.ts': usersWith(ids),
    ...own(ids),
  };
  const emulator = createModicaEmulator();
  onTestFinished(() => emulator.stop());
  await emulator.start();
  Object.assign(process.env, {
    MODICA_USERNAME: 'emulator',
    MODICA_PASSWORD: 'emulator',
    MODICA_BASE_URL: emulator.url,
    SESSION_SECRET: 'a secret of the test',
  });
  // Passport is one for the whole process, and asks the first deserializer first: start with an empty one.
  Object.assign(passport, new passport.Passport());
  const folder = writeFolder(`docs-${started}`, files);
  onTestFinished(() => removeFolder(folder));
  expect(compile(files, folder)).toBe('');
  const program: { readonly default: RequestListener } = await import(
    pathToFileURL(path.join(folder, 'routes.js')).href
  );
  const server = createServer(program.default).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const { port } = Object(server.address());
  return { emulator, url: `http://127.0.0.1:${port}`, folder };
}

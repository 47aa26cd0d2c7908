// Runs the samples of a page in docs in this process, beside an app with users who know one password.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { createModicaEmulator } from '../../lib/emulator/index.js';
import { compile, type Files, removeFolder, sampleFiles, samples, writeFolder } from './samples.js';

const users = `
  export interface AppUser extends Express.User {
    id: number;
    name: string;
    email: string;
    mobile: string;
    passwordChangedAt: Date;
  }
  const all: AppUser[] = ['alice', 'bob'].map((name, index) => ({
    id: index + 1,
    name,
    email: name + '@example.com',
    mobile: '+6421123456' + index,
    passwordChangedAt: new Date(0),
  }));
  const found = async (test: (user: AppUser) => boolean): Promise<AppUser | undefined> => all.find(test);
  export const users = {
    check: (name: string, password: string) => found((user) => user.name === name && password === 'right'),
    find: (id: number) => found((user) => user.id === id),
    findByEmail: (email: string) => found((user) => user.email === email),
  };`;

let started = 0;

/** The README's pages, with the samples of a page in docs mounted by `routes.ts`. */
export async function startSamples(document: string, own: Files) {
  const [pages = ''] = samples();
  const files = { ...sampleFiles(document), 'pages.ts': pages, 'users.ts': users, ...own };
  const emulator = createModicaEmulator();
  onTestFinished(() => emulator.stop());
  await emulator.start();
  Object.assign(process.env, {
    MODICA_USERNAME: 'emulator',
    MODICA_PASSWORD: 'emulator',
    MODICA_BASE_URL: emulator.url,
    SESSION_SECRET: 'a secret of the test',
  });
  // A folder of its own each time: Node imports a file only once.
  started += 1;
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
  return { emulator, url: `http://127.0.0.1:${port}` };
}

import { createServer } from 'node:http';
import type { IRouter } from 'express';
import { onTestFinished } from 'vitest';
import { createApp } from '../../example-app/express/src/app.js';
import { readSettings } from '../../example-app/express/src/settings.js';
import type { Registration } from '../../example-app/express/src/users.js';
import { listen } from '../fixtures/listen.js';

/** The example on a free port until the test ends, as this environment sets it up. */
export async function startExample(environment: NodeJS.ProcessEnv = {}) {
  const { app, users, demonstration, close } = await createApp(readSettings(environment));
  onTestFinished(close);
  const { port } = await listen(createServer(app));
  const url = `http://127.0.0.1:${port}`;
  demonstration?.foundAt(url);
  return {
    app,
    users,
    demonstration,
    url,
    /** Adds a user whose number was proved earlier. */
    enrol: ({ mobile, ...registration }: EnrolledUser) => users.create(registration, { mobile }),
  };
}

export interface EnrolledUser extends Registration {
  readonly mobile: string;
}

/** The same with the emulated phone of whoever sends, which can be read. */
export async function startAnyDemonstration(environment?: NodeJS.ProcessEnv) {
  const { demonstration, ...example } = await startExample(environment);
  if (!demonstration) throw new Error('The example has no emulator');
  const { emulator } = demonstration;
  const newestCode = () => emulator.messages.at(-1)?.code ?? 'none';
  const wrongCode = () => (newestCode() === '000000' ? '111111' : '000000');
  return { ...example, demonstration, newestCode, wrongCode };
}

/** The same where Modica sends. */
export async function startDemonstration(environment?: NodeJS.ProcessEnv) {
  const { demonstration, ...example } = await startAnyDemonstration(environment);
  if (demonstration.name !== 'modica') throw new Error('Modica does not send here');
  return { ...example, emulator: demonstration.emulator };
}

/** 'GET /path' of every route, those of nested routers included. */
export function routesOf(router: Pick<IRouter, 'stack'>): string[] {
  return router.stack
    .flatMap(({ route, handle }) => {
      if (route) {
        // A handler for all methods has none of its own.
        const methods = route.stack.flatMap(({ method }) => method || []);
        return methods.map((method) => `${method.toUpperCase()} ${route.path}`);
      }
      return 'stack' in handle && Array.isArray(handle.stack)
        ? routesOf({ stack: handle.stack })
        : [];
    })
    .filter((route, index, all) => all.indexOf(route) === index);
}

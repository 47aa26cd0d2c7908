import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { createApp } from '../../example-app/express/src/app.js';
import { readSettings } from '../../example-app/express/src/settings.js';
import { listen } from '../fixtures/listen.js';

/** The example on a free port until the test ends, as this environment sets it up. */
export async function startExample(environment: NodeJS.ProcessEnv = {}) {
  const { app, emulator, close } = await createApp(readSettings(environment));
  onTestFinished(close);
  const { port } = await listen(createServer(app));
  return { app, emulator, url: `http://127.0.0.1:${port}` };
}

/** The same with its emulated phone, which can be read. */
export async function startDemonstration(environment?: NodeJS.ProcessEnv) {
  const { emulator, ...example } = await startExample(environment);
  if (!emulator) throw new Error('The example has no emulator');
  const newestCode = () => emulator.messages.at(-1)?.code ?? 'none';
  const wrongCode = () => (newestCode() === '000000' ? '111111' : '000000');
  return { ...example, emulator, newestCode, wrongCode };
}

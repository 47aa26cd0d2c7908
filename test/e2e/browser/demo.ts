import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { createApp } from '../../../example-app/express/src/app.js';
import { readSettings } from '../../../example-app/express/src/settings.js';

export type Demo = Awaited<ReturnType<typeof startDemo>>;

/** The example with its emulated phone, until the test ends. */
export async function startDemo() {
  const { app, emulator, close } = await createApp(readSettings({}));
  if (!emulator) throw new Error('The example has no emulator');
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');

  const newestCode = () => emulator.messages.at(-1)?.code ?? 'none';
  return {
    url: `http://127.0.0.1:${address.port}`,
    /** Every SMS so far. */
    messages: () => emulator.messages,
    newestCode,
    wrongCode: () => (newestCode() === '000000' ? '111111' : '000000'),
    /** Modica takes the next request to this path, and does not answer before `until`. */
    holdNext: (path: '/challenges' | '/responses', until: Promise<void>): Promise<unknown> => {
      emulator.bendNext({ path, reply: 'held', until });
      return once(emulator, 'request');
    },
    /** How often Modica was asked whether a code is right. */
    codesChecked: () => emulator.requests.filter(({ path }) => path === '/responses').length,
  };
}

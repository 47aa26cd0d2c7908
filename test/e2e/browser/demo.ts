import { once } from 'node:events';
import { startDemonstration } from '../example.js';

export type Demo = Awaited<ReturnType<typeof startDemo>>;

/** The example with its emulated phone, until the test ends. */
export async function startDemo() {
  const { emulator, url, newestCode, wrongCode } = await startDemonstration();
  return {
    url,
    /** Every SMS so far. */
    messages: () => emulator.messages,
    newestCode,
    wrongCode,
    /** Modica takes the next request to this path, and does not answer before `until`. */
    holdNext: (path: '/challenges' | '/responses', until: Promise<void>): Promise<unknown> => {
      emulator.bendNext({ path, reply: 'held', until });
      return once(emulator, 'request');
    },
    /** How often Modica was asked whether a code is right. */
    codesChecked: () => emulator.requests.filter(({ path }) => path === '/responses').length,
  };
}

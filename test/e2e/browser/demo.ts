import { once } from 'node:events';
import { startAnyDemonstration } from '../example.js';

export type Demo = Awaited<ReturnType<typeof startDemo>>;

/** The example with its emulated phone, until the test ends. */
export async function startDemo(environment?: NodeJS.ProcessEnv) {
  const { demonstration, url, enrol, newestCode, wrongCode } =
    await startAnyDemonstration(environment);
  const { emulator } = demonstration;
  return {
    url,
    /** Every SMS so far. */
    messages: () => emulator.messages,
    enrol,
    newestCode,
    wrongCode,
    /** Modica takes the next request to this path, and does not answer before `until`. */
    holdNext: (path: '/challenges' | '/responses', until: Promise<void>): Promise<unknown> => {
      if (demonstration.name !== 'modica') throw new Error('Modica does not send here');
      demonstration.emulator.overrideNextReply({ path, reply: 'held', until });
      return once(demonstration.emulator, 'request');
    },
    /** How often Modica was asked whether a code is right. */
    codesChecked: () => emulator.requests.filter(({ path }) => path === '/responses').length,
  };
}

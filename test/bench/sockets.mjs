import { mobiles } from './at-once.mjs';
import { start } from './processes.mjs';

/** Logins at a time. */
const lanes = 64;

/** B7: connections that the provider sees. */
export async function socketsOpened({ logins }) {
  const server = await start('cpu/server.mjs');
  const app = await start('cpu/contender.mjs', {
    args: ['passport-modica-2fa', JSON.stringify(server.ready), String(lanes)],
  });
  try {
    // As many as the emulator remembers messages of.
    const batch = 1000;
    for (let from = 0; from < logins; from += batch) {
      const users = mobiles(from, batch);
      await app.ask({ mobiles: users });
      const codes = await server.ask({ newest: batch });
      await app.ask({ codes });
    }
    return { logins, lanes, ...(await server.ask({ connections: true })) };
  } finally {
    await Promise.all([app.stop(), server.stop()]);
  }
}

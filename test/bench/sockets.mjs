import { mobiles } from './at-once.mjs';
import { start } from './processes.mjs';

/** B7: the number of connections that the provider accepts for logins, `lanes` at a time. */
export async function socketsOpened({ logins, lanes }) {
  const server = await start('cpu/server.mjs');
  const app = await start('cpu/contender.mjs', {
    args: ['passport-modica-2fa', JSON.stringify(server.ready), String(lanes)],
  });
  try {
    // The emulator keeps the messages of as many.
    const batch = 1000;
    for (let from = 0; from < logins; from += batch) {
      const users = mobiles(from, batch);
      await app.ask({ mobiles: users });
      const codes = await server.ask({ newest: batch });
      await app.ask({ codes });
    }
    const { connections } = await server.ask({ connections: true });
    return connections;
  } finally {
    await Promise.all([app.stop(), server.stop()]);
  }
}

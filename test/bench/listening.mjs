import { once } from 'node:events';
import { createServer } from 'node:http';

/** A server on a free port of this machine. `stop` closes its connections. */
export async function listen(listener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

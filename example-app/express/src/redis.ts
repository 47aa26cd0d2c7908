import { createClient } from 'redis';

/** Milliseconds after which a Redis that says nothing counts as away. */
const patience = 3000;

/** A client whose commands succeed or fail in time, and that finds back to its Redis by itself. */
export async function connectToRedis(url: string) {
  const client = createClient({
    url,
    // While Redis is away requests fail at once; queued ones would hang, and run when nobody waits.
    disableOfflineQueue: true,
    pingInterval: 1000,
    socket: {
      // For the start of a connection. Later it does not do: whatever is written to the socket
      // counts as a sign of life, so that a busy app would wait for a silent Redis for good.
      socketTimeout: patience,
      // The client's own strategy gives up after a timeout.
      reconnectStrategy: 1000,
    },
  });
  client.on('error', (error) => console.error(`Redis: ${error.message || error.code}`));

  // A Redis that is frozen, or behind a network that drops everything, closes no connection.
  const silence = setTimeout(() => {
    if (!client.isReady) return;
    console.error('Redis: no answer, so the connection is given up.');
    const wanted = client.isOpen;
    client.destroy();
    // What goes wrong is told by the event above.
    if (wanted) client.connect().catch(() => {});
  }, patience).unref();
  client.on('ready', () => silence.refresh());
  client.on('ping-interval', () => silence.refresh());

  await client.connect();
  return client;
}

import { createClient } from 'redis';

/** Milliseconds of silence after which Redis counts as unreachable. */
const silenceTimeout = 3000;

/** A client whose commands never hang, and that reconnects by itself. */
export async function connectToRedis(url: string) {
  const client = createClient({
    url,
    // While Redis is unreachable, commands fail at once. Queued ones would hang, and run too late.
    disableOfflineQueue: true,
    pingInterval: 1000,
    socket: {
      // Covers connecting only: later every write resets it, so that a busy app would wait for a
      // silent Redis forever.
      socketTimeout: silenceTimeout,
      // Milliseconds. The default strategy gives up after a timeout.
      reconnectStrategy: 1000,
    },
  });
  client.on('error', (error) => console.error(`Redis: ${error.message || error.code}`));

  // A frozen Redis, or a network that drops all packets, closes no connection.
  const silence = setTimeout(() => {
    if (!client.isReady) return;
    console.error('Redis: no answer, reconnecting.');
    const wanted = client.isOpen;
    client.destroy();
    // Failures are logged by the listener above.
    if (wanted) client.connect().catch(() => {});
  }, silenceTimeout).unref();
  client.on('ready', () => silence.refresh());
  client.on('ping-interval', () => silence.refresh());

  await client.connect();
  return client;
}

import { once } from 'node:events';
import net from 'node:net';

/** Milliseconds: longer than a server on this machine takes, so that answers to parallel commands arrive together. */
const delay = 15;

/**
 * A proxy that delays a server's answers, and so counts sequential round trips: commands sent before an answer
 * are part of the same round trip, and a command that waits for that answer starts the next one.
 */
export async function startDelayingProxy(port) {
  let roundTrips = 0;
  const proxy = net.createServer((client) => {
    const server = net.connect(port, '127.0.0.1');
    let inFlight = false;
    let answers = [];
    client.on('data', (asked) => {
      if (!inFlight) roundTrips++;
      inFlight = true;
      server.write(asked);
    });
    server.on('data', (answer) => {
      if (answers.length === 0) setTimeout(deliver, delay);
      answers.push(answer);
    });
    const deliver = () => {
      inFlight = false;
      client.write(Buffer.concat(answers));
      answers = [];
    };
    for (const socket of [client, server]) socket.on('error', () => {});
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  return {
    port: proxy.address().port,
    /** Returns the number of round trips, and resets it. */
    takeRoundTrips() {
      const taken = roundTrips;
      roundTrips = 0;
      return taken;
    },
    stop: () => proxy.close(),
  };
}

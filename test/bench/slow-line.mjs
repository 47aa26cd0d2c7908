import { once } from 'node:events';
import net from 'node:net';

/** Milliseconds: long beside what a server on this machine takes, so that answers to one flight meet. */
const delay = 15;

/**
 * A line to a server whose answers take their time. Whatever is sent before an answer is one flight;
 * what waits for that answer is the next one. The number of flights is that of the round trips which a
 * client makes one after the other.
 */
export async function slowLine(port) {
  let flights = 0;
  const line = net.createServer((client) => {
    const server = net.connect(port, '127.0.0.1');
    let inFlight = false;
    let answers = [];
    client.on('data', (asked) => {
      if (!inFlight) flights++;
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
  await once(line.listen(0, '127.0.0.1'), 'listening');
  return {
    port: line.address().port,
    takeFlights() {
      const taken = flights;
      flights = 0;
      return taken;
    },
    stop: () => line.close(),
  };
}

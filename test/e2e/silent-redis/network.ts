import { connect, createServer, type Socket } from 'node:net';
import { listen } from '../../fixtures/listen.js';

/** The way to a server of this machine, until the test ends. */
export async function startNetwork(serverPort: number) {
  let drops = false;
  const ends: Socket[] = [];
  const server = createServer((near) => {
    // Taken by something on the way, and never answered.
    if (drops) return;
    const far = connect(serverPort, '127.0.0.1');
    near.on('close', () => far.destroy());
    near.pipe(far).pipe(near);
    ends.push(near, far);
  });
  const { port } = await listen(server);
  return {
    port,
    /** Nothing gets through any more, and nobody hears of it. */
    drop: () => {
      drops = true;
      for (const end of ends) end.unpipe();
    },
    /** New connections get through; those of before stay dead. */
    heal: () => {
      drops = false;
    },
  };
}

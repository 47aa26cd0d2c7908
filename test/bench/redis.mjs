import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A Redis of our own, on a port of its own, that keeps nothing. */
export async function startRedis() {
  const port = await freePort();
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exit = once(server, 'exit');
  const kill = () => server.kill('SIGKILL');
  // It must not outlive a measurement that fails.
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    kill();
    await exit;
  };
  // Nobody else would end a Redis that never gets ready.
  const overdue = setTimeout(stop, 4000);
  let said = '';
  for await (const text of server.stdout) {
    said += text;
    if (said.includes('Ready to accept connections')) break;
  }
  clearTimeout(overdue);
  if (!said.includes('Ready to accept connections')) throw new Error(`No Redis: ${said}`);
  return { port, url: `redis://127.0.0.1:${port}`, stop };
}

/** The ports that the system hands out by itself begin above these, so that none takes it meanwhile. */
async function freePort() {
  for (;;) {
    const port = randomInt(10_000, 30_000);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}

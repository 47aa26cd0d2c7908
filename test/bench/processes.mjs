import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * A module in a process of its own, which sends a message when it is ready. `quiet` hides its warnings and
 * errors until it ends.
 */
export async function start(module, options = {}) {
  const { args = [], quiet = false, ...rest } = options;
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), args, {
    ...rest,
    stdio: ['inherit', 'inherit', quiet ? 'pipe' : 'inherit', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (text) => {
    said += text;
  });
  const endedError = () => new Error(`${module} ended: ${said}`);
  const answer = () =>
    new Promise((resolve, reject) => {
      const ended = () => reject(endedError());
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message);
      });
    });
  const ready = await answer();
  return {
    ready,
    /** One question at a time. */
    ask(question) {
      return new Promise((resolve, reject) => {
        answer().then(resolve, reject);
        child.send(question, (error) => error && reject(endedError()));
      });
    },
    async stop() {
      if (!child.connected) return;
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}

/** The other side of it: says that it is ready, and answers one question after the other. */
export function serve(ready, answer) {
  process.on('message', async (question) => process.send(await answer(question)));
  process.on('disconnect', () => process.exit());
  process.send(ready);
}

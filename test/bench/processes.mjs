import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A module in a process of its own, which says something when it is ready. */
export async function start(module, options = {}) {
  const { args = [], ...rest } = options;
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), args, rest);
  const answer = () =>
    new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`${module} ended`));
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
      const answered = answer();
      child.send(question);
      return answered;
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

import http from 'node:http';
import { openBrowser } from '../browser.mjs';
import { start } from '../processes.mjs';

/** Starts a contender's app in a process of its own, and its vendor in this one. */
export async function startSite(
  { app, visit, startVendor },
  { storage, answering, sends, clock = false, patience = 60_000 },
) {
  const vendor = await startVendor(answering);
  const { url: vendorUrl, account } = vendor;
  const settings = { storage, vendor: { url: vendorUrl, account }, sends, clock };
  const process = await start('side-by-side/app.mjs', {
    args: [app, JSON.stringify(settings)],
    execArgv: ['--expose-gc', '--no-warnings'],
    quiet: true,
    env: { ...globalThis.process.env, NODE_ENV: 'production' },
  });
  const { url } = process.ready;
  // Closes idle connections before the app does, after 5 seconds: a post on one that is just being closed
  // has no answer.
  const agent = new http.Agent({ keepAlive: true, timeout: 2000 });
  let addresses = 0;
  return {
    ...visit,
    vendor,
    isRunning: () => process.ask({ question: 'cpu' }).then(Number.isFinite, () => false),
    /** Asks a question of app.mjs. */
    inApp: (question, rest) => process.ask({ question, ...rest }),
    /** Opens a browser at an IP address of its own. */
    open(options) {
      addresses += 1;
      const bytes = [addresses >> 16, addresses >> 8, addresses].map((part) => part & 255);
      return openBrowser([url], { address: `10.${bytes.join('.')}`, patience, agent, ...options });
    },
    async stop() {
      agent.destroy();
      await process.stop();
      await vendor.stop();
    },
  };
}

import { openBrowser } from '../browser.mjs';
import { start } from '../processes.mjs';

/** The app of a contender on a storage, and its vendor on this side. */
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
  let addresses = 0;
  return {
    ...visit,
    vendor,
    isRunning: () => process.ask({ question: 'cpu' }).then(Number.isFinite, () => false),
    /** Asks the app's process. */
    inApp: (question, rest) => process.ask({ question, ...rest }),
    /** A browser at an address that no other has. */
    open(options) {
      addresses += 1;
      const bytes = [addresses >> 16, addresses >> 8, addresses].map((part) => part & 255);
      return openBrowser([url], { address: `10.${bytes.join('.')}`, patience, ...options });
    },
    async stop() {
      await process.stop();
      await vendor.stop();
    },
  };
}

import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { type Visit, type VisitOptions, visit } from './visit.js';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const executablePath = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .flatMap((folder) => names.map((name) => path.join(folder, name)))
  .find(isExecutable);

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** One browser for all of these tests; each of them visits an app of its own. */
export function describeInBrowser(
  title: string,
  tests: (open: (options?: VisitOptions) => Promise<Visit>) => void,
): void {
  const missing = executablePath === undefined;
  const leftOut = `${title} (left out: no chromium on this machine)`;
  // Most reporters keep the titles of skipped tests to themselves.
  if (missing) process.stdout.write(`${leftOut}\n`);

  describe.skipIf(missing)(missing ? leftOut : title, () => {
    vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: executablePath ?? '',
        args,
        // Playwright turns it off, but people have it: 'Back' may show a page as it was left.
        ignoreDefaultArgs: ['--disable-back-forward-cache'],
      });
    });
    afterAll(() => browser?.close());
    tests((options) => {
      if (!browser) throw new Error('The browser was not started');
      return visit(browser, options);
    });
  });
}

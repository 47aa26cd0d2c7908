import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { type Visit, type VisitOptions, visit } from './visit.js';

const whole = firstOf(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']);

/** Draws nothing on a screen: less than half the work. */
const headless = firstOf(['chromium-headless-shell']) ?? whole;

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function firstOf(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

type Tests = (open: (options?: VisitOptions) => Promise<Visit>) => void;

export function describeInBrowser(title: string, tests: Tests): void {
  describeIn(headless, title, tests);
}

/** Where 'Back' may show a page as it was left, as the headless one never does. */
export function describeInWholeBrowser(title: string, tests: Tests): void {
  describeIn(whole, title, tests);
}

/** One browser for all of these tests; each of them visits an app of its own. */
function describeIn(executablePath: string | undefined, title: string, tests: Tests): void {
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
        // Playwright turns it off, but people have it.
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

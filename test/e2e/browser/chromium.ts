import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { lacking } from '../../left-out/lacking.js';
import { untilItHangs, type Visit, type VisitOptions, visit } from './visit.js';

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
  describe.skipIf(missing)(missing ? title + lacking('chromium') : title, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: executablePath ?? '',
        args,
        // Playwright turns it off, but people have it.
        ignoreDefaultArgs: ['--disable-back-forward-cache'],
        timeout: untilItHangs,
      });
    });
    afterAll(() => browser?.close());
    tests((options) => {
      if (!browser) throw new Error('The browser was not started');
      return visit(browser, options);
    });
  });
}

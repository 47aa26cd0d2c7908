// A code form as docs/browser.md describes it, under the strictest policy, with the module as it is built.
import { createServer } from 'node:http';
import path from 'node:path';
import express from 'express';
import type { Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { listen } from '../../fixtures/listen.js';
import { covered } from './covered.js';

/** No script but the server's, no style, no string that becomes a script or HTML. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

interface Seconds {
  readonly expiresIn?: number | string;
  readonly resendIn?: number;
}

const html = ({ expiresIn = 300, resendIn = 30 }: Seconds) => `<!doctype html>
<html lang="en"><head><title>Code</title><script type="module" src="/page.mjs"></script></head><body>
<form method="post" action="/">
<label for="code">Code</label>
<input id="code" name="code" autocomplete="one-time-code" inputmode="numeric" autofocus>
<p id="expiry" data-expires-in="${expiresIn}" data-countdown="The code expires in {time}."
 data-finished="This code has expired.">The code expires <b>at 16:24</b>.</p>
<button>Confirm</button> <button name="trust" value="1">Trust this device</button>
</form>
<form method="post" action="/">
<button name="resend" value="1" aria-describedby="wait">Send a new code</button>
<button name="resend" value="voice" aria-describedby="wait">Call me</button>
<p id="wait" data-resend-in="${resendIn}" data-countdown="You can request a new code in {time}."
 data-finished="You can request a new code now.">Wait 30 seconds before you request another code.</p>
</form></body></html>`;

const pageScript = `import * as browser from '/browser.mjs';
Object.assign(window, browser);
window.whole = document.body.innerHTML;
window.undo = browser.enhanceCodeForm(document.body);`;

/** Opens the page. What it posts is kept; the page stays, until `leave()`. */
export async function openCodePage(page: Page, seconds: Seconds = {}) {
  const posts: string[] = [];
  let leaving: Promise<void> | undefined;
  const app = express();
  app.use((_request, response, next) => {
    response.set('Content-Security-Policy', policy);
    next();
  });
  app.get('/', (_request, response) => void response.send(html(seconds)));
  app.get('/page.mjs', (_request, response) => void response.type('js').send(pageScript));
  app.use('/browser.mjs', express.static(path.resolve('dist/browser.mjs')));
  app.post('/', express.text({ type: () => true }), async (request, response) => {
    posts.push(request.body);
    await leaving;
    if (leaving) response.send('<title>Posted</title>');
    else response.sendStatus(204);
  });
  app.use((_request, response) => void response.sendStatus(204));
  const { port } = await listen(createServer(app));
  await page.coverage.startJSCoverage({ resetOnNavigation: false });
  onTestFinished(async () => covered.add(await page.coverage.stopJSCoverage()));
  await page.goto(`http://127.0.0.1:${port}/`);
  // Not waitForFunction(), which the page's policy does not let evaluate a string.
  await expect.poll(() => page.evaluate('typeof undo')).toBe('function');
  return {
    posts,
    /** From now on a post is answered with another page, but not before `gate`. */
    leave: (gate: Promise<void>) => {
      leaving = gate;
    },
  };
}

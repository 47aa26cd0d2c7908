import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { watchForComplaints } from './complaints.js';
import { type Demo, startDemo } from './demo.js';

/** Milliseconds. A slow machine must not fail a test: this ends a browser that hangs. */
export const untilItHangs = 300_000;

export interface VisitOptions extends Omit<BrowserContextOptions, 'baseURL'> {
  /** What the example is started with. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

/** Somebody with a browser of their own in front of a freshly started example. */
export interface Visit {
  readonly demo: Demo;
  readonly context: BrowserContext;
  readonly page: Page;
  /** 'POST /login' of everything that was posted so far. */
  readonly posts: readonly string[];
}

/** Whatever the test is about: it fails if a page logs an error, throws or breaks its own CSP. */
export async function visit(
  browser: Browser,
  { environment, ...options }: VisitOptions = {},
): Promise<Visit> {
  const demo = await startDemo(environment);
  const context = await browser.newContext({ ...options, baseURL: demo.url });
  context.setDefaultTimeout(untilItHangs);
  const complaints = await watchForComplaints(context);
  const posts: string[] = [];
  context.on('request', (request) => {
    if (request.method() === 'POST') posts.push(`POST ${new URL(request.url()).pathname}`);
  });

  onTestFinished(async () => {
    await context.close();
    expect(complaints.soFar()).toEqual([]);
  });
  return { demo, context, page: await context.newPage(), posts };
}

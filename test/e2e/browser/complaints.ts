import type { BrowserContext, ConsoleMessage } from 'playwright-core';

const reportViolations = `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  console.error('CSP violation: ' + violatedDirective + ' ' + blockedURI))`;

/** Collects what the pages log as error or warning, throw, or do against their own CSP. */
export async function watchForComplaints(
  context: BrowserContext,
): Promise<{ soFar(): readonly string[] }> {
  const messages: ConsoleMessage[] = [];
  const thrown: string[] = [];
  const refusals: string[] = [];
  context.on('console', (message) => messages.push(message));
  context.on('weberror', (error) => thrown.push(String(error.error())));
  context.on('response', (response) => {
    const refused = response.status() >= 400 && response.status() < 500;
    if (refused && response.request().isNavigationRequest()) refusals.push(response.url());
  });
  await context.addInitScript(reportViolations);

  // A form that is refused is answered by a page with a status of 4xx, which the browser notes.
  const isNoteOfRefusal = (message: ConsoleMessage) =>
    message.text().startsWith('Failed to load resource') &&
    refusals.includes(message.location().url);
  return {
    soFar: () => [
      ...messages
        .filter((message) => ['error', 'warning'].includes(message.type()))
        .filter((message) => !isNoteOfRefusal(message))
        .map((message) => `${message.location().url}: ${message.text()}`),
      ...thrown,
    ],
  };
}

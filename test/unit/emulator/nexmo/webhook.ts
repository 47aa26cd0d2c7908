import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '../../../fixtures/listen.js';

export interface ReceivedReceipt {
  readonly method: string | undefined;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly contentType: string | undefined;
  readonly body: string;
}

/**
 * An app's endpoint for delivery receipts. It replies with these statuses in turn, and then with the last
 * one; 'cut' closes the connection without a reply.
 */
export async function startWebhook(...answers: (number | 'cut')[]) {
  const received: ReceivedReceipt[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(String(request.url), 'http://app');
    const answer = answers[received.length] ?? answers.at(-1) ?? 200;
    received.push({
      method: request.method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      contentType: request.headers['content-type'],
      body: await text(request),
    });
    if (answer === 'cut') return request.socket.destroy();
    return response.writeHead(answer, { location: '/elsewhere' }).end('thanks');
  });
  const { port } = await listen(server);
  return { url: `http://127.0.0.1:${port}/receipts?app=1`, received };
}

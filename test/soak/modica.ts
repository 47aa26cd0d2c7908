import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '../fixtures/listen.js';

/** How Modica answers a request, by the number of the request. */
type Answer = 'as it should' | 'cut' | 'truncated' | 'server error' | 'throttled' | 'nonsense';

/**
 * A Modica that keeps nothing and fails as it likes: a third of its answers are faults. The same
 * seed makes the same ones.
 */
export async function startUnreliableModica(seed: number) {
  const counts = { requests: 0, sent: 0, sentTwice: 0, checked: 0 };
  /** What the phones got and nobody has read. */
  const inbox = new Map<string, string>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    counts.requests += 1;
    const way = wayOf(seed, counts.requests);
    const body = JSON.parse(await text(request));
    const acts = way !== 'server error' && way !== 'throttled';
    if (request.url === '/responses') {
      counts.checked += 1;
      const right = codeOf(body.challenge_id) === body.code;
      const reply = right ? { status: 'valid' } : { error: 'invalid_code' };
      finish(response, way, right ? 201 : 400, reply);
      return;
    }
    const id = `${body.destination} ${counts.requests}`;
    if (acts) {
      counts.sent += 1;
      if (inbox.has(body.destination)) counts.sentTwice += 1;
      inbox.set(body.destination, codeOf(id));
    }
    const created = new Date().toISOString();
    const expires = new Date(Date.now() + 300_000).toISOString();
    finish(response, way, 201, { id, created, expires });
  };
  const { port } = await listen(
    createServer((request, response) => void answer(request, response)),
  );
  const read = (destination: string) => {
    const code = inbox.get(destination);
    inbox.delete(destination);
    return code;
  };
  return { url: `http://127.0.0.1:${port}`, counts, read };
}

/** The code of a challenge: worked out from its id, so that none has to be kept. */
function codeOf(challengeId: string): string {
  return String(100_000 + (numberOf(challengeId) % 900_000));
}

function wayOf(seed: number, request: number): Answer {
  const faults = ['cut', 'truncated', 'server error', 'throttled', 'nonsense'] as const;
  return faults[numberOf(`${seed} ${request}`) % 15] ?? 'as it should';
}

/** A number for a text, evenly spread and always the same. */
export function numberOf(words: string): number {
  return createHash('sha256').update(words).digest().readUInt32BE();
}

function finish(response: ServerResponse, way: Answer, status: number, reply: object): void {
  const json = JSON.stringify(reply);
  switch (way) {
    case 'cut':
      response.destroy();
      return;
    case 'truncated':
      response.writeHead(status, { 'content-length': json.length });
      response.write(json.slice(0, -1), () => response.destroy());
      return;
    case 'server error':
      response.writeHead(502).end();
      return;
    case 'throttled':
      response.writeHead(429, { 'retry-after': '1' }).end();
      return;
    case 'nonsense':
      response.writeHead(200).end('<html>');
      return;
    case 'as it should':
      response.writeHead(status).end(json);
  }
}

import { request as forward } from 'node:http';
import { createServer } from 'node:https';
import { certificate } from '../../fixtures/certificate.js';
import { listen } from '../../fixtures/listen.js';

/** Speaks TLS on this machine in front of a server that does not; it ends with the test. */
export async function startFront(url: string): Promise<{
  readonly host: string;
  /** The status of every reply, in order. */
  readonly statuses: readonly (number | undefined)[];
}> {
  const statuses: (number | undefined)[] = [];
  const front = createServer(certificate, (request, response) => {
    const { method, headers } = request;
    const forwarded = forward(new URL(request.url ?? '', url), { method, headers }, (reply) => {
      statuses.push(reply.statusCode);
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    forwarded.on('error', (error) => response.destroy(error));
    request.pipe(forwarded);
  });
  const { port } = await listen(front);
  return { host: `localhost:${port}`, statuses };
}

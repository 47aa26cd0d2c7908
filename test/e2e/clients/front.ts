import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { request as forward } from 'node:http';
import { createServer } from 'node:https';
import path from 'node:path';
import { listen } from '../../fixtures/listen.js';

export interface Certificate {
  /** Path of the PEM file. */
  readonly cert: string;
  /** Path of the PEM file. */
  readonly key: string;
}

/** For this machine, and its own CA. */
const openssl = `[req]
prompt = no
distinguished_name = name
x509_extensions = extensions
[name]
CN = localhost
[extensions]
basicConstraints = critical, CA:TRUE
subjectAltName = DNS:localhost, IP:127.0.0.1
`;

/** A certificate that signs itself, good for a day. */
export function makeCertificate(directory: string): Certificate {
  const config = path.join(directory, 'openssl.cnf');
  const cert = path.join(directory, 'cert.pem');
  const key = path.join(directory, 'key.pem');
  writeFileSync(config, openssl);
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-days', '1', '-config', config, '-out', cert],
      ...['-newkey', 'rsa:2048', '-nodes', '-keyout', key],
    ],
    { stdio: 'pipe', timeout: 20_000 },
  );
  return { cert, key };
}

/** Speaks TLS on this machine in front of a server that does not; it ends with the test. */
export async function startFront(
  url: string,
  { cert, key }: Certificate,
): Promise<{
  readonly host: string;
  /** The status of every reply, in order. */
  readonly statuses: readonly (number | undefined)[];
}> {
  const statuses: (number | undefined)[] = [];
  const front = createServer(
    { cert: readFileSync(cert), key: readFileSync(key) },
    (request, response) => {
      const { method, headers } = request;
      const forwarded = forward(new URL(request.url ?? '', url), { method, headers }, (reply) => {
        statuses.push(reply.statusCode);
        response.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(response);
      });
      forwarded.on('error', (error) => response.destroy(error));
      request.pipe(forwarded);
    },
  );
  const { port } = await listen(front);
  return { host: `localhost:${port}`, statuses };
}

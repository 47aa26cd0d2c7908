import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { certificate } from '../fixtures/certificate.js';
import { lacking } from '../left-out/lacking.js';
import { emulate, wrong } from '../unit/emulator/modica/client.js';
import { type Client, clientsThatTrust, run } from './clients/clients.js';
import { startFront } from './clients/front.js';

const directory = mkdtempSync(path.join(tmpdir(), 'modica-clients-'));
afterAll(() => rmSync(directory, { recursive: true }));
const authority = path.join(directory, 'authority.pem');
writeFileSync(authority, certificate.cert);
const clients = clientsThatTrust(authority, directory);

const challengeReply = z.strictObject({
  created: z.iso.datetime(),
  expires: z.iso.datetime(),
  id: z.uuid(),
});

/** A client that is pointed at an emulator behind TLS. */
async function connect(client: Client, wrongCode?: 'error' | 'status') {
  const account = { username: 'application', password: 'pass:word' };
  const emulator = await emulate({ ...account, wrongCode });
  const { host, statuses } = await startFront(emulator.url);
  const env = {
    API_DOMAIN_NAME: host,
    API_USERNAME: account.username,
    API_PASSWORD: account.password,
    CURL_CA_BUNDLE: authority,
    NODE_EXTRA_CA_CERTS: authority,
    REQUESTS_CA_BUNDLE: authority,
    SSL_CERT_FILE: authority,
    // The machine may reach the world through a proxy.
    NO_PROXY: 'localhost',
    no_proxy: 'localhost',
  };
  const ask = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse(await run([...client.command, ...args], env));
  return {
    /** The status of every reply, in order. */
    statuses,
    /** A new challenge and the code that its SMS brought. */
    challenge: async () => ({
      ...challengeReply.parse(await ask('challenges')),
      code: String(emulator.messages.at(-1)?.code),
    }),
    validate: (id: string, code: string) => ask('responses', id, code),
  };
}

const present = clients.filter(({ lacks }) => lacks === undefined);

for (const client of present) {
  describe(`The document's ${client.name} client, with only host and credentials changed`, () => {
    beforeAll(async () => {
      for (const command of client.before) await run(command);
    });

    it('creates a challenge that expires in five minutes', async () => {
      const modica = await connect(client);
      const { created, expires } = await modica.challenge();

      expect(Date.parse(expires) - Date.parse(created)).toBe(300_000);
      expect(modica.statuses).toEqual([201]);
    });

    it.each([
      { wrongCode: 'error', status: 400, refusal: { error: 'invalid_code' } },
      { wrongCode: 'status', status: 201, refusal: { status: 'invalid' } },
    ] as const)("gets 'status' for the right code, $wrongCode for a wrong one", async (reading) => {
      const modica = await connect(client, reading.wrongCode);
      const { id, code } = await modica.challenge();

      expect(await modica.validate(id, wrong(code))).toEqual(reading.refusal);
      expect(await modica.validate(id, code)).toEqual({ status: 'valid' });
      expect(modica.statuses).toEqual([201, reading.status, 201]);
    });
  });
}

for (const { name, lacks } of clients) {
  if (lacks !== undefined) it.skip(name + lacking(lacks), () => {});
}

import type { z } from 'zod';
import { Transport } from '../http/transport.js';
import type { clientSchema } from './options.js';

/** The Basic token of an account (RFC 7617). */
export function basicToken({
  username,
  password,
}: Pick<z.output<typeof clientSchema>, 'username' | 'password'>): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}

/** What is in no error and no event. */
export function credentialsOf(
  account: Pick<z.output<typeof clientSchema>, 'username' | 'password'>,
): readonly string[] {
  return [account.username, account.password, basicToken(account)];
}

/** The transport to Modica's API, as its document asks for it. */
export function modicaTransport(account: z.output<typeof clientSchema>): Transport {
  const { username, password, ...reached } = account;
  return new Transport({
    ...reached,
    name: 'Modica',
    requestIdHeader: 'x-modica-request-id',
    secrets: credentialsOf(account),
    headers: {
      authorization: `Basic ${basicToken({ username, password })}`,
      accept: 'application/vnd.modica.2fa.v1+json',
    },
  });
}

import { asError, ProviderUnavailableError } from '../../errors.js';
import type { Reply } from '../../providers/http/reply.js';
import type { Call } from '../../providers/http/transport.js';
import type { Account } from './account.js';

/** What became of a request. Nobody knows what the API made of one whose answer was lost. */
export type Answer =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string };

/** Posts once. The transport repeats what provably never left, and nothing else does. */
export async function post(
  { transport }: Account,
  path: Call['path'],
  body: object,
): Promise<Answer> {
  try {
    return { kind: 'reply', reply: await transport.call({ method: 'POST', path, body }) };
  } catch (error) {
    const kind = error instanceof ProviderUnavailableError ? 'unreachable' : 'lost';
    return { kind, reason: asError(asError(error).cause).message };
  }
}

import { isAuthorized } from '../server/authorization.js';
import type { RecordedRequest } from '../server/request.js';
import { isSameSecret } from '../server/secret.js';
import type { Settings } from './options.js';
import { type Parameters, sign } from './signature.js';
import { documented, type NexmoStatus, seen } from './vocabulary.js';

/** Why a request is refused. */
export interface Refusal {
  readonly status: NexmoStatus;
  readonly errorText: string;
}

export function refusal(status: NexmoStatus): Refusal {
  return { status, errorText: documented.statuses[status] };
}

export function missing(name: string): Refusal {
  return { status: '2', errorText: seen.missing(name) };
}

/**
 * Why the account is not believed, if it is not: by its secret, in the parameters or (which the
 * Conversion API documents, and taking it here too is invented) by Basic authentication; or by a
 * signature. A signed request has a time too; how old it may be is not checked.
 */
export function authenticate(
  { headers }: RecordedRequest,
  parameters: Parameters,
  settings: Settings,
): Refusal | undefined {
  const credentials = { username: settings.apiKey, password: settings.apiSecret };
  if (isAuthorized(headers.authorization, credentials)) return undefined;
  const apiKey = parameters.get('api_key') ?? '';
  const secret = parameters.get('api_secret') ?? '';
  const signature = parameters.get('sig') ?? '';
  if (apiKey === '') return missing('api_key');
  if (secret === '' && signature === '') return missing('api_secret');
  if (apiKey !== settings.apiKey) return badCredentials;
  if (signature === '')
    return isSameSecret(secret, settings.apiSecret) ? undefined : badCredentials;
  const { signingKey } = settings;
  const isSigned =
    signingKey !== undefined &&
    parameters.has('timestamp') &&
    isSameSecret(signature, sign(parameters, signingKey));
  return isSigned ? undefined : refusal('14');
}

const badCredentials: Refusal = { status: '4', errorText: seen.credentials };

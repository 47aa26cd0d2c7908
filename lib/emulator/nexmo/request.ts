// Reads and authenticates a request to Nexmo, and validates a request for a message.
import { isDestination } from '../../phone-number.js';
import { isSigned, type SigningKey } from '../../providers/nexmo/signature.js';
import { hasBasicCredentials, isSameSecret } from '../server/auth.js';
import { mediaTypes, parseJsonObject, type RecordedRequest } from '../server/http.js';
import { type NexmoStatus, nexmoObserved, nexmoSpec } from './api-facts.js';

export type RequestParameters = ReadonlyMap<string, string>;

/**
 * The parameters of the query and of a form or JSON body. A PIN that is a JSON number has lost its
 * leading zeros.
 */
export function readParameters({ query, headers, body }: RecordedRequest): RequestParameters {
  const types = mediaTypes(headers['content-type']);
  const isJson = nexmoSpec.jsonMediaTypes.some((type) => types.includes(type));
  const isForm = types.includes('application/x-www-form-urlencoded');
  const attributes = isJson ? Object.entries(parseJsonObject(body) ?? {}) : [];
  return new Map([
    ...new URLSearchParams(query),
    ...(isForm ? new URLSearchParams(body) : []),
    ...attributes.map(([name, value]) => [name, String(value)] as const),
  ]);
}

/** Why a request is rejected. */
export interface NexmoRejection {
  readonly status: NexmoStatus;
  readonly errorText: string;
}

export function rejection(status: NexmoStatus): NexmoRejection {
  return { status, errorText: nexmoSpec.statuses[status] };
}

function missing(name: string): NexmoRejection {
  return { status: '2', errorText: nexmoObserved.missing(name) };
}

const badCredentials: NexmoRejection = { status: '4', errorText: nexmoObserved.credentials };

interface Account {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly signingKey: SigningKey | undefined;
}

/**
 * Checks the secret, as a parameter or with Basic authentication, or the signature. Basic authentication
 * is documented for the Conversion API only; accepting it for the other is made up. A signature may be in
 * lower or upper case: pull request 134 of github.com/Vonage/vonage-ruby-sdk reports that Nexmo ignores case. A
 * signed request needs a timestamp, but its age is not checked.
 *
 * @returns undefined if the request is authentic
 */
export function authenticate(
  { headers }: RecordedRequest,
  parameters: RequestParameters,
  { apiKey, apiSecret, signingKey }: Account,
): NexmoRejection | undefined {
  const credentials = { username: apiKey, password: apiSecret };
  if (hasBasicCredentials(headers.authorization, credentials)) return undefined;
  const key = parameters.get('api_key') ?? '';
  const secret = parameters.get('api_secret') ?? '';
  const signature = parameters.get('sig') ?? '';
  if (key === '') return missing('api_key');
  if (secret === '' && signature === '') return missing('api_secret');
  if (key !== apiKey) return badCredentials;
  if (signature === '') return isSameSecret(secret, apiSecret) ? undefined : badCredentials;
  const isAuthentic =
    signingKey !== undefined &&
    parameters.has('timestamp') &&
    isSigned(Object.fromEntries(parameters), signingKey);
  return isAuthentic ? undefined : rejection('14');
}

/** A valid request for a message. */
export interface NexmoEmulatorRequest {
  /** Digits, without '+'. */
  readonly to: string;
  readonly pin: string;
  readonly clientRef: string | undefined;
  /** The text of the SMS: the template with the request's parameters filled in. */
  readonly text: string;
}

type MessageRequest =
  | { readonly valid: true; readonly request: NexmoEmulatorRequest }
  | { readonly valid: false; readonly rejection: NexmoRejection };

/** Except for 2 and a missing parameter, which status an invalid parameter has is made up. */
export function readMessageRequest(
  parameters: RequestParameters,
  template: string,
): MessageRequest {
  const to = parameters.get('to') ?? '';
  const pin = parameters.get('pin') ?? '';
  const clientRef = parameters.get('client-ref');
  if (to === '') return invalid(missing('to'));
  if (pin === '') return invalid(missing('pin'));
  // 'A numeric password'.
  if (!/^\d+$/.test(pin)) return invalid(rejection('3'));
  if (clientRef !== undefined && clientRef.length > nexmoSpec.clientRefLength) {
    return invalid(rejection('3'));
  }
  // 'For example, to=16365553226': without '+'.
  if (!isDestination(`+${to}`)) return invalid(rejection('34'));
  // 'These APIs support 2FA for the US and Canada': all of the North American Numbering Plan.
  if (!/^1[2-9]\d{9}$/.test(to)) {
    return invalid({ status: '29', errorText: nexmoObserved.notWhiteListed });
  }
  const absent = placeholdersOf(template).find((name) => !parameters.has(name));
  if (absent !== undefined) return invalid(missing(absent));
  const text = template.replaceAll(placeholder, (_, name) => String(parameters.get(name)));
  return { valid: true, request: { to, pin, clientRef, text } };
}

function invalid(reason: NexmoRejection): MessageRequest {
  return { valid: false, rejection: reason };
}

/** `${name}` in a short code's template. */
const placeholder = /\$\{([^}]+)\}/g;

function placeholdersOf(template: string): string[] {
  return [...template.matchAll(placeholder)].map(([, name]) => String(name));
}

import { type SigningKey, sign } from '../../providers/nexmo/signature.js';
import { hasBasicCredentials, isSameSecret } from '../server/auth.js';
import { mediaTypes, parseJsonObject, type RecordedRequest } from '../server/http.js';
import { type NexmoStatus, nexmoObserved, nexmoSpec } from './api-facts.js';

export type RequestParameters = ReadonlyMap<string, string>;

/** What a right request asks for. */
export interface NexmoEmulatorRequest {
  /** Digits, without '+'. */
  readonly to: string;
  readonly pin: string;
  readonly clientRef: string | undefined;
  /** What the phone shows: the template, with the request's parameters. */
  readonly text: string;
}

type ReadRequest =
  | { readonly valid: true; readonly request: NexmoEmulatorRequest }
  | { readonly valid: false; readonly refusal: NexmoRejection };

/** Which status a wrong parameter has is invented, except for 2. */
export function readRequest(parameters: RequestParameters, template: string): ReadRequest {
  const to = parameters.get('to') ?? '';
  const pin = parameters.get('pin') ?? '';
  const clientRef = parameters.get('client-ref');
  if (to === '') return refused(missing('to'));
  if (pin === '') return refused(missing('pin'));
  // 'A numeric password'.
  if (!/^\d+$/.test(pin)) return refused(rejection('3'));
  if (clientRef !== undefined && clientRef.length > nexmoSpec.longestClientRef) {
    return refused(rejection('3'));
  }
  // 'For example, to=16365553226': digits alone.
  if (!/^[1-9]\d{6,14}$/.test(to)) return refused(rejection('34'));
  // 'These APIs support 2FA for the US and Canada': the North American Numbering Plan, whole.
  if (!/^1[2-9]\d{9}$/.test(to)) {
    return refused({ status: '29', errorText: nexmoObserved.notWhiteListed });
  }
  const absent = missingParameter(template, parameters);
  if (absent !== undefined) return refused(missing(absent));
  const text = writeText(template, parameters);
  return { valid: true, request: { to, pin, clientRef, text } };
}

function refused(reason: NexmoRejection): ReadRequest {
  return { valid: false, refusal: reason };
}

/** Why a request is refused. */
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

interface Account {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly signingKey: SigningKey | undefined;
}

/**
 * Why the account is not believed, if it is not: by its secret, in the parameters or (which the
 * Conversion API documents, and taking it here too is invented) by Basic authentication; or by a
 * signature. A signed request has a time too; how old it may be is not checked.
 */
export function authenticate(
  { headers }: RecordedRequest,
  parameters: RequestParameters,
  account: Account,
): NexmoRejection | undefined {
  const credentials = { username: account.apiKey, password: account.apiSecret };
  if (hasBasicCredentials(headers.authorization, credentials)) return undefined;
  const apiKey = parameters.get('api_key') ?? '';
  const secret = parameters.get('api_secret') ?? '';
  const signature = parameters.get('sig') ?? '';
  if (apiKey === '') return missing('api_key');
  if (secret === '' && signature === '') return missing('api_secret');
  if (apiKey !== account.apiKey) return badCredentials;
  if (signature === '') return isSameSecret(secret, account.apiSecret) ? undefined : badCredentials;
  const { signingKey } = account;
  const isSigned =
    signingKey !== undefined &&
    parameters.has('timestamp') &&
    isSameSecret(signature, sign(Object.fromEntries(parameters), signingKey));
  return isSigned ? undefined : rejection('14');
}

const badCredentials: NexmoRejection = { status: '4', errorText: nexmoObserved.credentials };

/**
 * The parameters of a request: of its query, a form, a JSON object. A PIN that comes as a number in
 * JSON has lost its leading zeros by then.
 */
export function readParameters({ query, headers, body }: RecordedRequest): RequestParameters {
  const types = mediaTypes(headers['content-type']);
  const isJson = nexmoSpec.jsonMediaTypes.some((type) => types.includes(type));
  const isForm = types.includes('application/x-www-form-urlencoded');
  return new Map([
    ...new URLSearchParams(query),
    ...(isForm ? new URLSearchParams(body) : []),
    ...(isJson ? textEntries(parseJsonObject(body) ?? {}) : []),
  ]);
}

function textEntries(attributes: object): [string, string][] {
  return Object.entries(attributes).map(([name, value]) => [name, String(value)]);
}

/** `${name}`, where the text of a short code takes a parameter. */
const placeholder = /\$\{([^}]+)\}/g;

/** The first parameter that the text needs and does not get. */
function missingParameter(template: string, parameters: RequestParameters): string | undefined {
  const names = [...template.matchAll(placeholder)].map(([, name]) => String(name));
  return names.find((name) => !parameters.has(name));
}

function writeText(template: string, parameters: RequestParameters): string {
  return template.replaceAll(placeholder, (_, name) => String(parameters.get(name)));
}

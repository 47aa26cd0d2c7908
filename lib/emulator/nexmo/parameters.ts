import { parseJsonObject } from '../server/json.js';
import { mediaTypes } from '../server/media-types.js';
import type { RecordedRequest } from '../server/request.js';
import type { Parameters } from './signature.js';
import { documented } from './vocabulary.js';

/**
 * The parameters of a request: of its query, a form, a JSON object. A PIN that comes as a number in
 * JSON has lost its leading zeros by then.
 */
export function readParameters({ query, headers, body }: RecordedRequest): Parameters {
  const types = mediaTypes(headers['content-type']);
  const isJson = documented.jsonMediaTypes.some((type) => types.includes(type));
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

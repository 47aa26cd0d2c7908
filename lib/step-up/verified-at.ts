// Parses the time of a second factor, which an app reads from a token or passes with a factor of its own.
import { types } from 'node:util';
import { ConfigurationError } from '../errors.js';

/** An RFC 3339 time. The zone is required: without it each machine would read another time. */
const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** The year 5138 in seconds, but 1973 in milliseconds: from here on a number must be milliseconds. */
const firstMilliseconds = 1e11;

/**
 * Returns the claimed time in milliseconds since the epoch, and undefined if the claim is missing, in any
 * form that a conversion leaves it in: `new Date(null)` is 1970, `new Date(undefined)` is an invalid date.
 *
 * @throws {ConfigurationError} `option_invalid` for any other type: no token would ever be accepted.
 */
export function readTime(claimed: unknown): number | undefined {
  if (claimed === undefined || claimed === null || claimed === '') return undefined;
  const time = timeOf(claimed);
  return Number.isFinite(time) && time > 0 ? time : undefined;
}

function timeOf(claimed: unknown): number {
  // Not instanceof: under Jest the app's Date is another class than this module's.
  if (types.isDate(claimed)) return claimed.getTime();
  if (typeof claimed === 'string' && dateTime.test(claimed)) return Date.parse(claimed);
  if (typeof claimed !== 'number') throw timeUnreadable();
  if (Number.isFinite(claimed) && claimed >= firstMilliseconds) throw timeUnreadable();
  return claimed * 1000;
}

function timeUnreadable(): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: 'The value of "verifiedAt" is not a time, so no user can ever pass.',
    hint: "Use a Date, an ISO 8601 string with a time zone or seconds since the epoch (not milliseconds), not a promise. A guard's function returns null if the token holds none.",
  });
}

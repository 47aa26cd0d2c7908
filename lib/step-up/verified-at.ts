import { types } from 'node:util';
import { ConfigurationError } from '../errors.js';

/** RFC 3339, with its zone: without one it would be another time on each machine. */
const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** The year 5138 in seconds, 1973 in milliseconds. */
const milliseconds = 1e11;

/**
 * The time at which a token says that the second factor was verified, in milliseconds since the epoch.
 * A claim that is not there, in whatever form a conversion leaves it (`new Date(null)` is 1970,
 * `new Date(undefined)` no date), is no time. A value of another type would be refused for ever.
 */
export function readTime(claimed: unknown): number | undefined {
  if (claimed === undefined || claimed === null || claimed === '') return undefined;
  const time = timeOf(claimed);
  return Number.isFinite(time) && time > 0 ? time : undefined;
}

function timeOf(claimed: unknown): number {
  // Under Jest a Date of the app's is no instance of the Date that is here.
  if (types.isDate(claimed)) return claimed.getTime();
  if (typeof claimed === 'string' && dateTime.test(claimed)) return Date.parse(claimed);
  if (typeof claimed !== 'number') throw timeUnreadable();
  if (Number.isFinite(claimed) && claimed >= milliseconds) throw timeUnreadable();
  return claimed * 1000;
}

function timeUnreadable(): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem:
      'The option "verifiedAt" gave something that is no time, so it could never let a user in.',
    hint: 'Return a Date, an ISO 8601 string with its time zone, or seconds since the epoch (not milliseconds); null where the token has none. It cannot be a promise.',
  });
}

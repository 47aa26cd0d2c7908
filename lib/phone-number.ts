// Validates phone numbers, and masks them for display.

/**
 * ITU-T E.164: '+', a country code that does not begin with 0, at most 15 digits. Other forms are never
 * corrected: a guessed country code would text a stranger.
 */
const e164 = /^\+[1-9][0-9]{6,14}$/;

/** How a code reaches a phone number. */
export type Channel = 'sms' | 'call';

/** Why a number cannot receive an SMS. */
export type DestinationProblem = 'missing' | 'not_e164' | 'prefix_not_allowed';

/** A number that can receive an SMS, or the reason why not. */
export type Destination =
  | { readonly usable: true; readonly number: string }
  | { readonly usable: false; readonly problem: DestinationProblem };

/** Which numbers may receive an SMS. */
interface Prefixes {
  readonly allowedPrefixes?: readonly string[] | undefined;
  readonly deniedPrefixes?: readonly string[] | undefined;
}

export function readDestination(value: unknown, prefixes: Prefixes = {}): Destination {
  if (isMissing(value)) return { usable: false, problem: 'missing' };
  if (!isDestination(value)) return { usable: false, problem: 'not_e164' };
  return isAllowed(value, prefixes)
    ? { usable: true, number: value }
    : { usable: false, problem: 'prefix_not_allowed' };
}

/** Whether a user has no number at all. */
export function isMissing(number: unknown): boolean {
  return number === undefined || number === null || number === '';
}

/** The longest matching prefix decides; without a match a number is allowed unless `allowedPrefixes` is set. */
function isAllowed(number: string, { allowedPrefixes, deniedPrefixes = [] }: Prefixes): boolean {
  const allowed = longestOf(number, allowedPrefixes ?? ['']);
  return allowed !== undefined && allowed > (longestOf(number, deniedPrefixes) ?? -1);
}

function longestOf(number: string, prefixes: readonly string[]): number | undefined {
  const lengths = prefixes
    .filter((prefix) => number.startsWith(prefix))
    .map(({ length }) => length);
  return lengths.length === 0 ? undefined : Math.max(...lengths);
}

export function isDestination(value: unknown): value is string {
  return typeof value === 'string' && e164.test(value);
}

/**
 * Shows the last digits only, at most a quarter of the number: enough for its owner to recognise it, too
 * little for anyone else. Hides the length too.
 */
export function maskDestination(destination: string): string {
  const shown = Math.min(3, Math.floor((destination.length - 1) / 4));
  return `•••••${destination.slice(destination.length - shown)}`;
}

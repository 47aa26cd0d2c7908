// Parses options, words the errors of wrong ones, and has the schemas that every folder uses.
import { z } from 'zod';
import { ConfigurationError } from '../errors.js';
import { atOnce } from '../timers.js';

/**
 * Parses options where they enter the library, so that they are typed from there on. The error names each
 * invalid option and says what it must be. It never quotes a value, which may be a password.
 *
 * @throws {ConfigurationError} with the given code
 */
export function parseOptions<T>(
  schema: z.ZodType<T>,
  options: unknown,
  code: 'option_invalid' | 'route_option_invalid' = 'option_invalid',
): T {
  const parsed = schema.safeParse(options, { error: messageFor });
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(code, {
    problem: parsed.error.issues.map(sentenceFor).join(' '),
    hint:
      code === 'route_option_invalid'
        ? 'Correct the options that this route passes to passport.authenticate or to the guard.'
        : 'Correct the options passed to this constructor or function.',
  });
}

/** The message of an issue whose schema has none. */
function messageFor(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') return `must be ${nameOfType(issue.expected)}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(quote).join(', ')}`;
  if (issue.code !== 'unrecognized_keys') return undefined;
  const known = knownNames(issue.inst);
  const within = issue.path ?? [];
  return issue.keys
    .map((name) => {
      const meant = likelyName(name, known) ?? known.find((other) => holdsEither(name, other));
      const named = (last: string) => [...within, last].join('.');
      const hint = meant === undefined ? '' : ` Did you mean "${named(meant)}"?`;
      return `Unknown option "${named(name)}".${hint}`;
    })
    .join(' ');
}

function knownNames(schema: unknown): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  const keys = schema instanceof z.ZodRecord ? schema.keyType : undefined;
  return keys instanceof z.ZodEnum ? keys.options.map(String) : [];
}

const quote = (value: unknown) => `'${String(value)}'`;

const nameOfType = (type: string) => nouns[type] ?? `of type ${type}`;

const nouns: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  object: 'an object',
  string: 'a string',
};

/** The message of a schema continues 'The option "x" …'. Without a path it is a sentence of its own. */
function sentenceFor({ code, path, message }: z.core.$ZodIssue): string {
  if (code === 'unrecognized_keys') return message;
  if (path.length > 0) {
    // A message of zod's own is a sentence.
    const problem = /^[A-Z]/.test(message) ? `is not valid: ${message}` : message;
    return `The option "${path.join('.')}" ${problem}.`;
  }
  return message.startsWith('must ') ? `The options ${message}.` : `${message}.`;
}

/** Names that changed before 1.0: the nearest name by spelling may be another option's. */
const renamed = new Map([
  ['binding', 'transaction'],
  ['carrier', 'state'],
  ['codeForm', 'codePattern'],
  ['lifetime', 'codeLifetime'],
  ['failuresInARow', 'consecutiveFailures'],
  ['longestLock', 'maxLockDuration'],
  ['resendAfter', 'resendCooldown'],
  ['firstFactorAge', 'firstFactorMaxAge'],
  ['sendsPerHourOverall', 'sendsPerHourTotal'],
  ['challenge_missing', 'challenge_not_found'],
  ['challenge_unconfirmed', 'delivery_unknown'],
  ['code_rejected', 'code_incorrect'],
  ['too_many_challenges', 'send_limit_reached'],
  ['user_missing', 'account_unavailable'],
  ['binding_mismatch', 'transaction_mismatch'],
  ['binding_unusable', 'transaction_unusable'],
]);

/** The known name that a name was before, or is probably a misspelling of. */
export function likelyName(name: string, known: readonly string[]): string | undefined {
  const today = renamed.get(name);
  return today !== undefined && known.includes(today) ? today : nearestName(name, known);
}

function nearestName(name: string, known: readonly string[]): string | undefined {
  const edits = (other: string) => (other.length < 7 ? 1 : 2);
  const [nearest] = [0, 1, 2].flatMap((count) =>
    known.filter(
      (other) => count <= edits(other) && isWithin(count, name.toLowerCase(), other.toLowerCase()),
    ),
  );
  return nearest;
}

/** Whether that many insertions, deletions, replacements and swaps of neighbours turn one name into the other. */
function isWithin(edits: number, one: string, other: string): boolean {
  if (one === other) return true;
  if (edits === 0 || Math.abs(one.length - other.length) > edits) return false;
  const differs = [...one].findIndex((letter, at) => letter !== other[at]);
  const from = differs < 0 ? one.length : differs;
  const [a, b] = [one.slice(from), other.slice(from)];
  return (
    isWithin(edits - 1, a.slice(1), b.slice(1)) ||
    isWithin(edits - 1, a.slice(1), b) ||
    isWithin(edits - 1, a, b.slice(1)) ||
    (a[0] === b[1] && a[1] === b[0] && isWithin(edits - 1, a.slice(2), b.slice(2)))
  );
}

/** 'resend' and 'resendField', or 'attempts' and 'pinAttempts'. */
function holdsEither(name: string, other: string): boolean {
  const [one, two] = [name.toLowerCase(), other.toLowerCase()];
  return one.length > 3 && (two.includes(one) || one.includes(two));
}

/** A function of the app's. `what` completes 'must be …'. */
export const callable = <T>(what: string) =>
  z.custom<T>((value) => typeof value === 'function', { error: `must be ${what}` });

/** A callback whose result is used without `await`: a promise is an error, not a result. */
export const answeringAtOnce = <Argument, Result>(option: string, what: string) =>
  callable<(argument: Argument) => Result>(what).transform(
    (call) => (argument: Argument) => atOnce(option, call(argument)),
  );

export const positive = (what: string) =>
  z
    .number({ error: `must be a number of ${what}` })
    .int({ error: `must be a whole number of ${what}` })
    .min(1, { error: 'must be at least 1' });

export const nonEmptyString = z.string().min(1, { error: 'must not be empty' });

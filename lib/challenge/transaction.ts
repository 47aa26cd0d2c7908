import { z } from 'zod';
import { ConfigurationError } from '../errors.js';
import { type ShownProblem, showable, withoutVariables } from './displayed-text.js';

/**
 * A transaction that a code approves (PSD2 dynamic linking): a string, or an object of strings, numbers and booleans.
 */
export type Transaction = string | Readonly<Record<string, string | number | boolean>>;

/** Why an SMS cannot show a transaction. */
export interface TransactionProblem {
  /** `wrong_type`: neither a string nor a finite number nor a boolean. */
  readonly reason: ShownProblem | 'wrong_type' | 'too_many_values' | 'name_unusable';
  /** The normalised name of the value, when the transaction is an object. */
  readonly name?: string;
}

/** A transaction in canonical form, or the reason why an SMS cannot show it. */
export type WrittenTransaction =
  | { readonly ok: true; readonly written: string }
  | { readonly ok: false; readonly problem: TransactionProblem };

/**
 * In characters (code points) of NFKC. `shown` limits what the SMS shows of all values together: with the
 * longest host in the last line and the surrounding words it fits into the longest content.
 */
const most = { values: 10, name: 30, value: 100, text: 300, shown: 650 };

/** Accepts any JSON value, because a client may have sent it; anything else is the app's mistake. */
const transactionSchema = z.union([
  z.string(),
  z.record(
    z.string(),
    z.union([
      z.string(),
      z.boolean(),
      z.custom<number>((value) => typeof value === 'number'),
      z.null(),
      z.undefined(),
      z.array(z.unknown()),
      z.record(z.string(), z.unknown()),
    ]),
  ),
]);

/**
 * Serialises a transaction in canonical form, independent of the order of its values and of its Unicode
 * form, so that a code for one amount and payee approves no other (PSD2 RTS, article 5). Refuses what
 * cannot be shown exactly in NFKC: different transactions produce different messages.
 *
 * @throws {ConfigurationError} `route_option_invalid` for values that a client cannot cause: undefined, a
 * list, a function, a Date.
 */
export function writeTransaction(value: unknown): WrittenTransaction {
  const parsed = transactionSchema.safeParse(value);
  if (!parsed.success) {
    throw new ConfigurationError('route_option_invalid', {
      problem: 'The route option "transaction" must return a string or an object of plain values.',
      hint: 'Return a string of 1 to 300 characters, or an object of at most 10 values: strings of 1 to 100 characters, finite numbers or booleans, with plain names of at most 30 characters.',
    });
  }
  if (typeof parsed.data === 'string') {
    const text = showable(parsed.data, most.text);
    return text.ok ? writtenOf(text.value) : unusable({ reason: text.reason });
  }
  // Not `parsed.data`: Zod drops a key named __proto__, which would then not be compared.
  return writeValues(Object.entries(Object(value)));
}

function writeValues(given: readonly (readonly [string, unknown])[]): WrittenTransaction {
  if (given.length === 0) return unusable({ reason: 'empty' });
  if (given.length > most.values) return unusable({ reason: 'too_many_values' });
  const values = new Map<string, string | number | boolean>();
  for (const [givenName, givenValue] of given) {
    const name = nameOf(givenName);
    // Different names can be equal once they are normalised.
    if (name === undefined || values.has(name)) return unusable({ reason: 'name_unusable' });
    const value = readValue(givenValue);
    if (!value.ok) return unusable({ reason: value.reason, name });
    values.set(name, value.value);
  }
  return writtenOf([...values].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Normalises a name. Names are not quoted, so none may look like a value or like the next name. */
function nameOf(given: string): string | undefined {
  const name = showable(given, most.name);
  return name.ok && !/[,%'\u2019@]/.test(name.value) ? name.value : undefined;
}

/** A value as the SMS and `info.transaction` show it, or the reason why the SMS cannot. */
type ReadValue =
  | { readonly ok: true; readonly value: string | number | boolean }
  | { readonly ok: false; readonly reason: TransactionProblem['reason'] };

function readValue(given: unknown): ReadValue {
  if (typeof given === 'string') return showable(given, most.value);
  if (typeof given === 'boolean') return { ok: true, value: given };
  return typeof given === 'number' && Number.isFinite(given)
    ? { ok: true, value: given }
    : { ok: false, reason: 'wrong_type' };
}

function unusable(problem: TransactionProblem): WrittenTransaction {
  return { ok: false, problem };
}

function writtenOf(canonical: unknown): WrittenTransaction {
  const written = JSON.stringify(canonical);
  return shownTransaction(readTransaction(written)).approves.length > most.shown
    ? unusable({ reason: 'too_long' })
    : { ok: true, written };
}

const writtenSchema = z.union([
  z.string(),
  z.array(z.tuple([z.string(), z.union([z.string(), z.number(), z.boolean()])])),
]);

/** Parses the canonical form: the transaction as it was approved, in NFKC. */
export function readTransaction(written: string): Transaction {
  const transaction = writtenSchema.parse(JSON.parse(written));
  return typeof transaction === 'string' ? transaction : Object.fromEntries(transaction);
}

/** A transaction in the form that an SMS shows: each value by name, and all of them in one string. */
interface ShownTransaction {
  readonly transaction: Transaction;
  readonly approves: string;
}

/**
 * Quotes every string, even one that is the whole transaction: the amount `5, to Bob` must not look like
 * an amount and a payee.
 */
export function shownTransaction(transaction: Transaction): ShownTransaction {
  if (typeof transaction === 'string') {
    const shown = withoutVariables(transaction);
    return { transaction: shown, approves: `"${shown}"` };
  }
  const shown = Object.entries(transaction).map(
    ([name, value]) => [name, typeof value === 'string' ? withoutVariables(value) : value] as const,
  );
  const inWords = shown.map(
    ([name, value]) => `${name} ${typeof value === 'string' ? `"${value}"` : value}`,
  );
  return { transaction: Object.fromEntries(shown), approves: inWords.join(', ') };
}

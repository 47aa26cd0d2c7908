import { z } from 'zod';
import { ConfigurationError } from '../errors.js';
import { type ShownProblem, showable, withoutVariables } from './displayed-text.js';

/** A transaction that a code approves: a string, or plain values by name. */
export type Transaction = string | Readonly<Record<string, string | number | boolean>>;

/** Why an SMS cannot show a transaction. */
export interface TransactionProblem {
  /** `wrong_type`: neither a string nor a finite number nor a boolean. */
  readonly reason: ShownProblem | 'wrong_type' | 'too_many_values' | 'name_unusable';
  /** The name of the value, as `info.transaction` would have it, where it is one of several. */
  readonly name?: string;
}

/** A transaction in canonical form, or why an SMS cannot show it. */
export type WrittenTransaction =
  | { readonly ok: true; readonly written: string }
  | { readonly ok: false; readonly problem: TransactionProblem };

/**
 * In characters (code points) of NFKC; `shown` is the length of everything that the SMS shows of it: with
 * the longest host in the last line and our own words it stays below the longest text.
 */
const most = { values: 10, name: 30, value: 100, text: 300, shown: 650 };

/** Of other shapes only what JSON can bring is a value that a client sent; the rest is the app's mistake. */
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
 * One string for the same transaction, in whatever order its values were named and in whatever form of
 * Unicode, so that a code given for one amount and payee answers no other (PSD2 RTS, article 5). Two
 * different ones are shown by two different SMS: what cannot be shown as it is in NFKC is not written.
 *
 * @throws {ConfigurationError} `route_option_invalid` for what no value of a client's can cause: nothing at all,
 * a list, a function, a date.
 */
export function writeTransaction(value: unknown): WrittenTransaction {
  const parsed = transactionSchema.safeParse(value);
  if (!parsed.success) {
    throw new ConfigurationError('route_option_invalid', {
      problem: 'The route option "transaction" gave something that cannot be bound to a code.',
      hint: 'Return a string of 1 to 300 characters, or an object of at most 10 values: strings of 1 to 100 characters, finite numbers or booleans, under plain names of at most 30.',
    });
  }
  if (typeof parsed.data === 'string') {
    const text = showable(parsed.data, most.text);
    return text.ok ? writtenOf(text.value) : unusable(text);
  }
  // Zod leaves out a key that is called __proto__; what is left out would not be compared.
  return writeValues(Object.entries(Object(value)));
}

function writeValues(given: readonly (readonly [string, unknown])[]): WrittenTransaction {
  if (given.length === 0) return unusable({ reason: 'empty' });
  if (given.length > most.values) return unusable({ reason: 'too_many_values' });
  const values = new Map<string, string | number | boolean>();
  for (const [givenName, givenValue] of given) {
    const name = nameOf(givenName);
    // Two names can be one once they are normalised.
    if (name === undefined || values.has(name)) return unusable({ reason: 'name_unusable' });
    const value = readValue(givenValue);
    if (!value.ok) return unusable({ reason: value.reason, name });
    values.set(name, value.value);
  }
  return writtenOf([...values].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Names are not quoted: none may read like a value, or like the next name. */
function nameOf(given: string): string | undefined {
  const name = showable(given, most.name);
  return name.ok && !/[,%'\u2019@]/.test(name.value) ? name.value : undefined;
}

/** A value as the SMS shows it, and `info.transaction` gives it back. */
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

function unusable({ reason, name }: TransactionProblem): WrittenTransaction {
  return { ok: false, problem: { reason, ...(name === undefined ? {} : { name }) } };
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

/** The transaction as it was approved, in NFKC. */
export function readTransaction(written: string): Transaction {
  const transaction = writtenSchema.parse(JSON.parse(written));
  return typeof transaction === 'string' ? transaction : Object.fromEntries(transaction);
}

/** A transaction as an SMS shows it: each value by its name, and all of them in one string. */
interface ShownTransaction {
  readonly transaction: Transaction;
  readonly approves: string;
}

/**
 * Strings are quoted, one that is the whole transaction too: `5, to Bob` as an amount must not read like
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

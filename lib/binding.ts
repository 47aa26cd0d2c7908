import { z } from 'zod';
import { SetupError } from './errors.js';
import { type ShownProblem, shownProblem, withoutVariables } from './shown-text.js';

/** A transaction that a code approves: a string, or plain values by name. */
export type Binding = string | Readonly<Record<string, string | number | boolean>>;

/** Why an SMS cannot show a transaction exactly as it is. */
export interface BindingProblem {
  /** `wrong_type`: neither a string nor a finite number nor a boolean. */
  readonly reason: ShownProblem | 'wrong_type' | 'too_many_values' | 'name_unusable';
  /** The name of the value, where it is one of several. */
  readonly name?: string;
}

/** A transaction in canonical form, or why an SMS cannot show it. */
export type WrittenBinding =
  | { readonly ok: true; readonly written: string }
  | { readonly ok: false; readonly problem: BindingProblem };

/**
 * In characters (code points); `shown` is the length of everything that the SMS shows of it: with the
 * longest host in the last line and our own words it stays below the longest text.
 */
const most = { values: 10, name: 30, value: 100, text: 300, shown: 650 };

/** Of other shapes only what JSON can bring is a value that a client sent; the rest is the app's mistake. */
const bindingSchema = z.union([
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
 * One string for the same transaction, in whatever order its values were named, so that a code given
 * for one amount and payee answers no other (PSD2 RTS, article 5). Two different ones are shown by two
 * different SMS: what cannot be shown as it is is not written.
 *
 * @throws {SetupError} `route_option_invalid` for what no value of a client's can cause: nothing at all,
 * a list, a function, a date.
 */
export function writeBinding(value: unknown): WrittenBinding {
  const parsed = bindingSchema.safeParse(value);
  if (!parsed.success) {
    throw new SetupError('route_option_invalid', {
      problem: 'The route option "binding" gave something that cannot be bound to a code.',
      cure: 'Return a string of 1 to 300 characters, or an object of at most 10 values: strings of 1 to 100 characters, finite numbers or booleans, under plain names of at most 30.',
    });
  }
  if (typeof parsed.data === 'string') {
    const reason = shownProblem(parsed.data, most.text);
    return reason ? { ok: false, problem: { reason } } : writtenOf(parsed.data);
  }
  // Zod leaves out a key that is called __proto__; what is left out would not be compared.
  const values: readonly [string, unknown][] = Object.entries(Object(value));
  const problem = problemOf(values);
  if (problem) return { ok: false, problem };
  return writtenOf(values.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function problemOf(values: readonly [string, unknown][]): BindingProblem | undefined {
  if (values.length === 0) return { reason: 'empty' };
  if (values.length > most.values) return { reason: 'too_many_values' };
  if (!values.every(([name]) => isName(name))) return { reason: 'name_unusable' };
  return values
    .map(([name, value]) => ({ name, reason: valueProblem(value) }))
    .find((problem): problem is Required<BindingProblem> => problem.reason !== undefined);
}

/** Names are not quoted: none may read like a value, or like the next name. */
function isName(name: string): boolean {
  return shownProblem(name, most.name) === undefined && !/[,%'\u2019@]/.test(name);
}

function valueProblem(value: unknown): BindingProblem['reason'] | undefined {
  if (typeof value === 'string') return shownProblem(value, most.value);
  return typeof value === 'boolean' || Number.isFinite(value) ? undefined : 'wrong_type';
}

function writtenOf(canonical: unknown): WrittenBinding {
  const written = JSON.stringify(canonical);
  return shownBinding(readBinding(written)).approves.length > most.shown
    ? { ok: false, problem: { reason: 'too_long' } }
    : { ok: true, written };
}

const writtenSchema = z.union([
  z.string(),
  z.array(z.tuple([z.string(), z.union([z.string(), z.number(), z.boolean()])])),
]);

/** The transaction as it was approved. */
export function readBinding(written: string): Binding {
  const binding = writtenSchema.parse(JSON.parse(written));
  return typeof binding === 'string' ? binding : Object.fromEntries(binding);
}

/** A transaction as an SMS shows it: each value by its name, and all of them in one string. */
export interface ShownBinding {
  readonly binding: Binding;
  readonly approves: string;
}

/**
 * Strings are quoted, one that is the whole transaction too: `5, to Bob` as an amount must not read like
 * an amount and a payee.
 */
export function shownBinding(binding: Binding): ShownBinding {
  if (typeof binding === 'string') {
    const shown = withoutVariables(binding);
    return { binding: shown, approves: `"${shown}"` };
  }
  const shown = Object.entries(binding).map(
    ([name, value]) => [name, typeof value === 'string' ? withoutVariables(value) : value] as const,
  );
  const inWords = shown.map(
    ([name, value]) => `${name} ${typeof value === 'string' ? `"${value}"` : value}`,
  );
  return { binding: Object.fromEntries(shown), approves: inWords.join(', ') };
}

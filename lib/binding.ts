import { z } from 'zod';
import { SetupError } from './errors.js';

/** A transaction that a code approves: a text, or plain values by name. */
export type Binding = string | Readonly<Record<string, string | number | boolean>>;

/** All of it is shown in an SMS, which nobody reads when it is long. */
const most = { values: 10, name: 30, value: 100, text: 300 };

/** Something is left of it when it is written into an SMS. */
const shownText = (longest: number) =>
  z.string().refine((text) => characters(text) <= longest && showable(text) !== '');

const bindingSchema = z.union([
  shownText(most.text),
  z
    .record(
      z
        .string()
        .refine((name) => characters(name) <= most.name && name !== '' && showable(name) === name),
      z.union([shownText(most.value), z.number(), z.boolean()]),
    )
    .refine((values) => sizeOf(values) > 0 && sizeOf(values) <= most.values),
]);

const characters = (text: string) => Array.from(text).length;

/**
 * A text as a phone may show it, on one line: without line breaks, control characters and whatever else
 * nobody sees. A "%" is a variable to the API, and a quotation mark would end the quotation.
 */
export function showable(text: string): string {
  return text
    .replaceAll('%', ' pct')
    .replaceAll('"', "'")
    .replace(/[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]+/gu, ' ')
    .trim();
}

const sizeOf = (value: unknown) => Object.keys(Object(value)).length;

/**
 * One text for the same transaction, in whatever order its values were named, so that a code given
 * for one amount and payee answers no other (PSD2 RTS, article 5).
 *
 * @throws {SetupError} `route_option_invalid` for anything else: what cannot be written down in one
 * way cannot be compared.
 */
export function writeBinding(value: unknown): string {
  const parsed = bindingSchema.safeParse(value);
  // Zod leaves out a key that is called __proto__; what is left out would not be compared.
  if (!parsed.success || sizeOf(parsed.data) !== sizeOf(value)) {
    throw new SetupError('route_option_invalid', {
      problem: 'The route option "binding" gave something that cannot be bound to a code.',
      cure: 'Return a text of 1 to 300 characters, or an object of at most 10 values: texts of 1 to 100 characters, finite numbers or booleans, under plain names of at most 30.',
    });
  }
  const binding = parsed.data;
  if (typeof binding === 'string') return JSON.stringify(binding);
  return JSON.stringify(Object.entries(binding).sort(([a], [b]) => (a < b ? -1 : 1)));
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

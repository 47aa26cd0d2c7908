import { z } from 'zod';
import { SetupError } from './errors.js';

/** A transaction that a code approves: a text, or plain values by name. */
export type Binding = string | Readonly<Record<string, string | number | boolean>>;

const bindingSchema = z.union([
  z.string().min(1),
  z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .refine((values) => Object.keys(values).length > 0),
]);

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
      cure: 'Return a text that is not empty, or an object whose values are texts, finite numbers or booleans.',
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

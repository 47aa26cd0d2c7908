// What storage asks of a database: one operation on one row, and the row that comes back.
import { z } from 'zod';

/**
 * Each is atomic. A row whose time is over is as good as none, whether it is still in the table or not.
 *
 * - `read` returns the row.
 * - `replace` writes it, whatever was there.
 * - `add` adds points to those of the row and returns the sum; without a row it writes one.
 * - `takeBack` subtracts points and returns the difference. A row without points left is over.
 * - `delete` deletes the row and returns it.
 */
export type Operation =
  | { readonly kind: 'read'; readonly key: string }
  | { readonly kind: 'delete'; readonly key: string }
  | ({ readonly kind: 'replace'; readonly key: string } & Content)
  | {
      readonly kind: 'add';
      readonly key: string;
      readonly points: number;
      readonly lifetime: number;
    }
  | { readonly kind: 'takeBack'; readonly key: string; readonly points: number };

export type OperationOf<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;

export type Write = Exclude<Operation, { kind: 'read' }>;

export const isWrite = (operation: Operation): operation is Write => operation.kind !== 'read';

/** A record has a value, a counter has points. */
interface Content {
  readonly value: string | null;
  readonly points: number | null;
  /** Milliseconds, or `forever`. */
  readonly lifetime: number;
}

/** Milliseconds. Longer than any other lifetime, and added to the time a number that JavaScript still holds exactly. */
export const forever = 2 ** 52;

const operationSchema = z.object({
  // The column in MySQL has 255 characters of ASCII, cuts a key off without its strict mode, and ignores spaces at its end.
  key: z.string().regex(/^[ -~]{0,254}[!-~]$/),
  // PostgreSQL refuses NUL, libsql ends a text there, and UTF-8 has no half of a surrogate pair.
  value: z
    .string()
    .regex(/^[^\0\p{Surrogate}]*$/u)
    .nullish(),
  points: z.int().nullish(),
  lifetime: z.int().max(forever).nullish(),
});

/**
 * Refuses what a database would refuse or change, before it is one operation of many: the others in the statement
 * would fail too, and two keys could become one.
 *
 * @throws {Error} without a cause: a value can hold a full phone number
 */
export function assertWritable(operation: Operation): void {
  const { error } = operationSchema.safeParse(operation);
  const [part] = error?.issues[0]?.path ?? [];
  if (part !== undefined) throw new Error(`Not every database can store this ${String(part)}`);
}

/** Numbers are strings or bigints if the app has configured its driver so. */
const integer = z
  .union([z.number(), z.bigint(), z.string().regex(/^-?\d+$/)])
  .transform(Number)
  .refine(Number.isFinite);

/** A row as a statement returns it. */
const rowSchema = z.object({
  storage_key: z.string(),
  value: z.string().nullable(),
  points: integer.nullable(),
  /** Milliseconds, by the clock of the database. */
  time_left: integer,
});

export type Row = Readonly<z.output<typeof rowSchema>>;

const rowsSchema = z.array(rowSchema);

/** @throws {Error} without a cause: zod quotes what it was given, which can hold a full phone number. */
export function parseRows(rows: unknown): readonly Row[] {
  const { success, data } = rowsSchema.safeParse(rows);
  if (success) return data;
  throw new Error('The database returned rows of another form than the table has');
}

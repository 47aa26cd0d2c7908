import { z } from 'zod';
import type { UserId } from '../../challenge.js';
import { fingerprint } from '../../fingerprint.js';

/** Whose devices these are. */
export interface Owner {
  readonly realm: string;
  readonly userId: UserId;
}

/** And what the trust in them hangs on. */
export interface Holder extends Owner {
  /** Another one for each password. */
  readonly passwordVersion: string | number;
  /** The number that the code went to; a page that lists devices does not know it. */
  readonly destination?: string;
}

const hash = z.string().regex(/^[\w-]{43}$/);

/** A trusted device as the store keeps it. Times are milliseconds since the epoch. */
export const deviceSchema = z.object({
  id: z.string(),
  /** Of the newest secret that the browser has come with. */
  secretHash: hash,
  /** What it was trusted under; a change of any of them ends the trust. */
  password: hash,
  destination: hash,
  epoch: z.string().optional(),
  trustedAt: z.number(),
  expiresAt: z.number(),
  /** When it was trusted, or came with that secret for the first time. */
  lastUsedAt: z.number(),
  userAgent: z.string().optional(),
});

export type DeviceRecord = Readonly<z.infer<typeof deviceSchema>>;

/** The user as the keys of devices know him. */
export function keyOf({ realm, userId }: Owner): string {
  return fingerprint(realm, userId);
}

export function passwordHash({ realm, userId, passwordVersion }: Holder): string {
  return fingerprint(realm, userId, passwordVersion);
}

export function destinationHash({ realm, userId }: Owner, destination: string): string {
  return fingerprint(realm, userId, destination);
}

/** Whether nothing has changed of all that this page or login knows. */
export function isBoundTo(device: DeviceRecord, holder: Holder): boolean {
  const { destination } = holder;
  return (
    device.password === passwordHash(holder) &&
    (destination === undefined || device.destination === destinationHash(holder, destination))
  );
}

import { z } from 'zod';
import { isOver, randomId, type UserId, userKey } from '../challenge/challenge.js';
import { fingerprint } from '../fingerprint.js';
import { Records, textSchema } from '../storage/records.js';
import type { Store } from '../storage/store.js';

/** A slot with a device in it. */
export interface Taken extends Slot {
  readonly device: DeviceRecord;
}

/** Where the devices of all users are kept, and which of them still work. */
export class Shelf {
  private readonly slots: Slots;
  private readonly revocations: Revocations;

  /** @param maxAge - Milliseconds. */
  constructor(
    store: Store,
    private readonly maxAge: number,
  ) {
    const records = new Records(store);
    this.slots = new Slots(records);
    this.revocations = new Revocations(records);
  }

  /** Whether it works or not. */
  async byId(owner: Owner, id: string): Promise<Taken | undefined> {
    return (await this.taken(owner)).find(({ device }) => device.id === id);
  }

  async working(holder: Holder, now: number): Promise<readonly Taken[]> {
    return this.workingOf(await this.taken(holder), holder, now);
  }

  async isWorking({ device }: Taken, holder: Holder, now: number): Promise<boolean> {
    return (
      isBoundTo(device, holder) &&
      !isOver(device.trustedAt, this.endOf(device), now) &&
      !(await this.revocations.isRevoked(holder, device))
    );
  }

  /**
   * A place for one more: where this browser was before, else where none is that works, else where the
   * one is that was away for longest.
   */
  async roomFor(holder: Holder, earlierId: string | undefined, now: number): Promise<Slot> {
    const slots = await this.slots.of(holder);
    const working = await this.workingOf(slots.filter(isTaken), holder, now);
    const inTheWay = ({ key, device }: Slot) => {
      if (device !== undefined && device.id === earlierId) return -2;
      return working.find((other) => other.key === key)?.device.lastUsedAt ?? -1;
    };
    return slots.reduce((best, slot) => (inTheWay(slot) < inTheWay(best) ? slot : best));
  }

  /** What a new device is trusted under. */
  epochOf(owner: Owner): Promise<string | undefined> {
    return this.revocations.epochOf(owner);
  }

  /** Puts a new device into a slot; the one that was there ends. */
  async trust(slot: Slot, device: DeviceRecord): Promise<void> {
    await this.revocations.mark(device.id, this.endOf(device) - device.trustedAt);
    await this.put(slot, device, device.trustedAt);
    if (isTaken(slot)) await this.revocations.revoke(slot.device.id);
  }

  async put(slot: Slot, device: DeviceRecord, now: number): Promise<void> {
    await this.slots.fill(slot, device, this.endOf(device) - now);
  }

  /** Until when it works at most, also where devices were once trusted for longer. */
  endOf({ trustedAt, expiresAt }: DeviceRecord): number {
    return Math.min(expiresAt, trustedAt + this.maxAge);
  }

  async revoke(taken: Taken): Promise<void> {
    await this.revocations.revoke(taken.device.id);
    await this.slots.empty(taken);
  }

  /** Ends a device by its id, whatever slot it is in. */
  async end(id: string): Promise<void> {
    await this.revocations.revoke(id);
  }

  /** How many there were. */
  async revokeAll(owner: Owner): Promise<number> {
    await this.revocations.startEpoch(owner);
    const taken = await this.taken(owner);
    await Promise.all(taken.map((each) => this.revoke(each)));
    return taken.length;
  }

  /** Ends the devices that were trusted with another number than this. */
  async revokeOtherNumbers(owner: Owner, destination: string): Promise<void> {
    const current = destinationHash(owner, destination);
    const outdated = (await this.taken(owner)).filter(
      ({ device }) => device.destination !== current,
    );
    await Promise.all(outdated.map((each) => this.revoke(each)));
  }

  private async workingOf(
    taken: readonly Taken[],
    holder: Holder,
    now: number,
  ): Promise<readonly Taken[]> {
    const work = await Promise.all(taken.map((each) => this.isWorking(each, holder, now)));
    return taken.filter((_, index) => work[index]);
  }

  private async taken(owner: Owner): Promise<readonly Taken[]> {
    return (await this.slots.of(owner)).filter(isTaken);
  }
}

function isTaken(slot: Slot): slot is Taken {
  return slot.device !== undefined;
}

/** A place for one device. */
interface Slot {
  readonly key: string;
  readonly device: DeviceRecord | undefined;
}

/** How many devices a user can have. */
const mostDevices = 10;

/**
 * The devices of a user, each under a key of its own: no list of them that two logins at once could
 * write over each other, and no keys to look for. Of two devices that take one place at the same moment
 * one is not remembered.
 */
class Slots {
  constructor(private readonly records: Records) {}

  async of(owner: Owner): Promise<readonly Slot[]> {
    const person = userKey(owner);
    return Promise.all(
      Array.from({ length: mostDevices }, async (_, index) => {
        const key = `passport-modica-2fa:device:${person}:${index}`;
        return { key, device: await this.records.read(key, deviceSchema) };
      }),
    );
  }

  /** @param ttl - Milliseconds. */
  async fill({ key }: Slot, device: DeviceRecord, ttl: number): Promise<void> {
    await this.records.write(key, device, ttl);
  }

  async empty({ key }: Slot): Promise<void> {
    await this.records.delete(key);
  }
}

/** Milliseconds: a day more than any device can live. */
const keptFor = 91 * 86_400_000;

/**
 * What is revoked stays so, whatever a login in progress writes: logins never write here. A device works
 * only while its mark is there, which is written once, when it is trusted, and deleted when it is
 * revoked. So a store that loses records (an eviction, a restore) ends devices and revives none; a list
 * of what is revoked would do the reverse. An epoch ends the devices that are being trusted while all
 * are revoked.
 *
 * Kept in the store and not as claims: a limiter in memory forgets at once what it should keep for more
 * than 24 days (its timer is a setTimeout), and one in Memcached what it should keep for more than 30.
 */
class Revocations {
  constructor(private readonly records: Records) {}

  /** @param ttl - Milliseconds. */
  async mark(id: string, ttl: number): Promise<void> {
    await this.records.write(markKey(id), 'trusted', ttl);
  }

  async revoke(id: string): Promise<void> {
    await this.records.delete(markKey(id));
  }

  /** Ends those that are being trusted; the caller revokes the others one by one, after this. */
  async startEpoch(owner: Owner): Promise<void> {
    await this.records.write(epochKey(owner), randomId(), keptFor);
  }

  /** Undefined until all are revoked at once; and again when none that lived then can be alive. */
  async epochOf(owner: Owner): Promise<string | undefined> {
    return this.records.read(epochKey(owner), textSchema);
  }

  async isRevoked(owner: Owner, { id, epoch }: DeviceRecord): Promise<boolean> {
    const [current, mark] = await Promise.all([
      this.epochOf(owner),
      this.records.read(markKey(id), textSchema),
    ]);
    return mark === undefined || (current !== undefined && current !== epoch);
  }
}

const markKey = (id: string) => `passport-modica-2fa:device-mark:${id}`;
const epochKey = (owner: Owner) => `passport-modica-2fa:device-epoch:${userKey(owner)}`;

/** Whose devices these are. */
export interface Owner {
  readonly realm: string;
  readonly userId: UserId;
}

/** And what the trust in them hangs on. */
export interface Holder extends Owner {
  /** Another one for each password. */
  readonly passwordHash: string;
  /** The number that the code went to; a page that lists devices does not know it. */
  readonly destination?: string;
}

const hash = z.string().regex(/^[\w-]{43}$/);

/** A trusted device as the store keeps it. Times are milliseconds since the epoch. */
const deviceSchema = z.object({
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

export function destinationHash({ realm, userId }: Owner, destination: string): string {
  return fingerprint(realm, userId, destination);
}

/** Whether nothing has changed of all that this page or login knows. */
function isBoundTo(device: DeviceRecord, holder: Holder): boolean {
  const { destination } = holder;
  return (
    device.password === holder.passwordHash &&
    (destination === undefined || device.destination === destinationHash(holder, destination))
  );
}

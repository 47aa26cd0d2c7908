import { z } from 'zod';
import { isOver, userKey } from '../challenge/challenge.js';
import { Records } from '../storage/records.js';
import type { Store } from '../storage/storage.js';
import { type DeviceOwner, destinationHash, type OwnerCredentials } from './device-owner.js';
import { Revocations } from './revocations.js';

/** How many devices a user can have. */
const deviceLimit = 10;

/**
 * Where the devices of all users are kept, and which of them still work.
 *
 * The devices of a user, each under a key of its own: no list of them that two logins at once could
 * write over each other, and no keys to look for. Of two devices that take one place at the same moment
 * one is not remembered.
 */
export class DeviceStore {
  private readonly records: Records;
  private readonly revocations: Revocations;

  /** @param maxAge - Milliseconds. */
  constructor(
    store: Store,
    private readonly maxAge: number,
  ) {
    this.records = new Records(store);
    this.revocations = new Revocations(this.records);
  }

  /** Whether it works or not. */
  async find(owner: DeviceOwner, id: string): Promise<StoredDevice | undefined> {
    return (await this.devicesOf(owner)).find(({ device }) => device.id === id);
  }

  async listValid(credentials: OwnerCredentials, now: number): Promise<readonly DeviceRecord[]> {
    const valid = await this.validAmong(await this.devicesOf(credentials), credentials, now);
    return valid.map(({ device }) => device);
  }

  async isValid(
    { device }: StoredDevice,
    credentials: OwnerCredentials,
    now: number,
  ): Promise<boolean> {
    return (
      isTrustedUnder(credentials, device) &&
      !isOver(device.trustedAt, this.expiryOf(device), now) &&
      !(await this.revocations.isRevoked(credentials, device))
    );
  }

  /**
   * A place for one more: where this browser was before, else where none is that works, else where the
   * one is that was away for longest.
   */
  async entryForNew(
    credentials: OwnerCredentials,
    earlierId: string | undefined,
    now: number,
  ): Promise<DeviceEntry> {
    const entries = await this.entriesOf(credentials);
    const valid = await this.validAmong(entries.filter(hasDevice), credentials, now);
    const rank = ({ key, device }: DeviceEntry) => {
      if (device !== undefined && device.id === earlierId) return -2;
      return valid.find((other) => other.key === key)?.device.lastUsedAt ?? -1;
    };
    return entries.reduce((best, entry) => (rank(entry) < rank(best) ? entry : best));
  }

  /** What a new device is trusted under. */
  epochOf(owner: DeviceOwner): Promise<string | undefined> {
    return this.revocations.epochOf(owner);
  }

  /** Puts a new device into an entry; the one that was there ends. */
  async add(entry: DeviceEntry, device: DeviceRecord): Promise<void> {
    await this.revocations.activate(device.id, this.expiryOf(device) - device.trustedAt);
    await this.write(entry.key, device, device.trustedAt);
    if (entry.device !== undefined) await this.revocations.revoke(entry.device.id);
  }

  async write(key: string, device: DeviceRecord, now: number): Promise<void> {
    await this.records.write(key, device, this.expiryOf(device) - now);
  }

  /** Until when it works at most, also where devices were once trusted for longer. */
  expiryOf({ trustedAt, expiresAt }: DeviceRecord): number {
    return Math.min(expiresAt, trustedAt + this.maxAge);
  }

  async revoke({ key, device }: StoredDevice): Promise<void> {
    await this.revocations.revoke(device.id);
    await this.records.delete(key);
  }

  /** Ends a device by its id, whatever place it is in. */
  async revokeById(id: string): Promise<void> {
    await this.revocations.revoke(id);
  }

  /** How many there were. */
  async revokeAll(owner: DeviceOwner): Promise<number> {
    await this.revocations.startEpoch(owner);
    const devices = await this.devicesOf(owner);
    await Promise.all(devices.map((each) => this.revoke(each)));
    return devices.length;
  }

  /** Ends the devices that were trusted with another number than this. */
  async revokeOtherNumbers(owner: DeviceOwner, destination: string): Promise<void> {
    const current = destinationHash(owner, destination);
    const outdated = (await this.devicesOf(owner)).filter(
      ({ device }) => device.destination !== current,
    );
    await Promise.all(outdated.map((each) => this.revoke(each)));
  }

  private async validAmong(
    devices: readonly StoredDevice[],
    credentials: OwnerCredentials,
    now: number,
  ): Promise<readonly StoredDevice[]> {
    const valid = await Promise.all(devices.map((each) => this.isValid(each, credentials, now)));
    return devices.filter((_, index) => valid[index]);
  }

  private async devicesOf(owner: DeviceOwner): Promise<readonly StoredDevice[]> {
    return (await this.entriesOf(owner)).filter(hasDevice);
  }

  private entriesOf(owner: DeviceOwner): Promise<readonly DeviceEntry[]> {
    const user = userKey(owner);
    return Promise.all(
      Array.from({ length: deviceLimit }, async (_, index) => {
        const key = `passport-modica-2fa:device:${user}:${index}`;
        return { key, device: await this.records.read(key, deviceSchema) };
      }),
    );
  }
}

/** A place for one device. */
interface DeviceEntry {
  readonly key: string;
  readonly device: DeviceRecord | undefined;
}

/** A place with a device in it. */
export interface StoredDevice extends DeviceEntry {
  readonly device: DeviceRecord;
}

function hasDevice(entry: DeviceEntry): entry is StoredDevice {
  return entry.device !== undefined;
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

/** Whether nothing has changed of all that this page or login knows. */
function isTrustedUnder(credentials: OwnerCredentials, device: DeviceRecord): boolean {
  const { destination, passwordHash } = credentials;
  return (
    device.password === passwordHash &&
    (destination === undefined || device.destination === destinationHash(credentials, destination))
  );
}

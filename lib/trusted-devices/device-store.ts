// Stores the trusted devices of each user, and decides which of them are valid.
import { z } from 'zod';
import { isOver, userKey } from '../challenge/challenge.js';
import { Records } from '../storage/records.js';
import type { Store } from '../storage/storage.js';
import { type DeviceOwner, destinationHash, type OwnerCredentials } from './device-owner.js';
import { Revocations } from './revocations.js';

/** Devices per user. */
const deviceLimit = 10;

/**
 * Keeps each device of a user under a key of its own, numbered up to `deviceLimit`: concurrent logins
 * cannot overwrite a common list, and no keys must be searched for. If two devices are written to one key
 * at the same time, only one of them becomes trusted.
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

  /** Finds a device, valid or not. */
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
   * Chooses the entry for a new device: this browser's earlier one, else one without a valid device, else
   * the least recently used.
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

  /** The epoch in which a new device is trusted. */
  epochOf(owner: DeviceOwner): Promise<string | undefined> {
    return this.revocations.epochOf(owner);
  }

  /** Writes a new device to an entry, and revokes the device that was in it. */
  async add(entry: DeviceEntry, device: DeviceRecord): Promise<void> {
    await this.revocations.activate(device.id, this.expiryOf(device) - device.trustedAt);
    await this.write(entry.key, device, device.trustedAt);
    if (entry.device !== undefined) await this.revocations.revoke(entry.device.id);
  }

  async write(key: string, device: DeviceRecord, now: number): Promise<void> {
    await this.records.write(key, device, this.expiryOf(device) - now);
  }

  /** Milliseconds since the epoch. A `maxAge` that was shortened applies to existing devices too. */
  expiryOf({ trustedAt, expiresAt }: DeviceRecord): number {
    return Math.min(expiresAt, trustedAt + this.maxAge);
  }

  async revoke({ key, device }: StoredDevice): Promise<void> {
    await this.revocations.revoke(device.id);
    await this.records.delete(key);
  }

  /** Revokes a device whose entry is not known; its record is left to expire. */
  async revokeById(id: string): Promise<void> {
    await this.revocations.revoke(id);
  }

  /** Returns the number of devices that were revoked. */
  async revokeAll(owner: DeviceOwner): Promise<number> {
    await this.revocations.startEpoch(owner);
    const devices = await this.devicesOf(owner);
    await Promise.all(devices.map((each) => this.revoke(each)));
    return devices.length;
  }

  /** Revokes the devices that were trusted with any other phone number. */
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
        const key = `device:${user}:${index}`;
        return { key, device: await this.records.read(key, deviceSchema) };
      }),
    );
  }
}

/** One of a user's keys, and the device stored under it. */
interface DeviceEntry {
  readonly key: string;
  readonly device: DeviceRecord | undefined;
}

export interface StoredDevice extends DeviceEntry {
  readonly device: DeviceRecord;
}

function hasDevice(entry: DeviceEntry): entry is StoredDevice {
  return entry.device !== undefined;
}

const hash = z.string().regex(/^[\w-]{43}$/);

/** The stored form of a device. Times are milliseconds since the epoch. */
const deviceSchema = z.object({
  id: z.string(),
  /** Hash of the newest secret that the browser has sent. */
  secretHash: hash,
  /** Hashes of the credentials that the device was trusted with. */
  password: hash,
  destination: hash,
  epoch: z.string().optional(),
  trustedAt: z.number(),
  expiresAt: z.number(),
  /** When the browser first sent that secret, or when the device was trusted. */
  lastUsedAt: z.number(),
  userAgent: z.string().optional(),
});

export type DeviceRecord = Readonly<z.infer<typeof deviceSchema>>;

/** Whether the credentials are those that the device was trusted with, as far as they are known. */
function isTrustedUnder(credentials: OwnerCredentials, device: DeviceRecord): boolean {
  const { destination, passwordHash } = credentials;
  return (
    device.password === passwordHash &&
    (destination === undefined || device.destination === destinationHash(credentials, destination))
  );
}

// Revokes devices so that no write of a concurrent login can undo it.
import { randomId, userKey } from '../challenge/challenge.js';
import { type Records, stringSchema } from '../storage/records.js';
import type { DeviceOwner } from './device-owner.js';

/** Milliseconds: a day longer than the longest `maxAge`. */
const epochLifetime = 91 * 86_400_000;

/**
 * A device is valid only while its activation record exists. It is written once, when the device is
 * trusted, and deleted when it is revoked; logins never write it. So a store that loses records (an
 * eviction, a restore) revokes devices and never revives one, which a list of revoked ids would do. A new
 * epoch also ends the devices that are being trusted while all of a user's devices are revoked.
 *
 * Kept in the store and not in the limiter: rate-limiter-flexible's limiter in memory drops at once a key
 * that is to last more than 24 days (the limit of setTimeout), and Memcached one of more than 30.
 */
export class Revocations {
  constructor(private readonly records: Records) {}

  /** @param ttl - Milliseconds. */
  async activate(id: string, ttl: number): Promise<void> {
    await this.records.write(activeKey(id), 'trusted', ttl);
  }

  async revoke(id: string): Promise<void> {
    await this.records.delete(activeKey(id));
  }

  /** Revokes the devices that are being trusted at this moment. The caller then revokes the others. */
  async startEpoch(owner: DeviceOwner): Promise<void> {
    await this.records.write(epochKey(owner), randomId(), epochLifetime);
  }

  /** Undefined before the first `startEpoch`, and again when every earlier device has expired. */
  async epochOf(owner: DeviceOwner): Promise<string | undefined> {
    return this.records.read(epochKey(owner), stringSchema);
  }

  async isRevoked(
    owner: DeviceOwner,
    { id, epoch }: { readonly id: string; readonly epoch?: string | undefined },
  ): Promise<boolean> {
    const [current, active] = await Promise.all([
      this.epochOf(owner),
      this.records.read(activeKey(id), stringSchema),
    ]);
    return active === undefined || (current !== undefined && current !== epoch);
  }
}

const activeKey = (id: string) => `device-mark:${id}`;
const epochKey = (owner: DeviceOwner) => `device-epoch:${userKey(owner)}`;

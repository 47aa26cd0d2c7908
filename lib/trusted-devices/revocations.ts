import { randomId, userKey } from '../challenge/challenge.js';
import { type Records, textSchema } from '../storage/records.js';
import type { DeviceOwner } from './device-owner.js';

/** Milliseconds: a day more than any device can live. */
const epochLifetime = 91 * 86_400_000;

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
export class Revocations {
  constructor(private readonly records: Records) {}

  /** @param ttl - Milliseconds. */
  async activate(id: string, ttl: number): Promise<void> {
    await this.records.write(activeKey(id), 'trusted', ttl);
  }

  async revoke(id: string): Promise<void> {
    await this.records.delete(activeKey(id));
  }

  /** Ends those that are being trusted; the caller revokes the others one by one, after this. */
  async startEpoch(owner: DeviceOwner): Promise<void> {
    await this.records.write(epochKey(owner), randomId(), epochLifetime);
  }

  /** Undefined until all are revoked at once; and again when none that lived then can be alive. */
  async epochOf(owner: DeviceOwner): Promise<string | undefined> {
    return this.records.read(epochKey(owner), textSchema);
  }

  async isRevoked(
    owner: DeviceOwner,
    { id, epoch }: { readonly id: string; readonly epoch?: string | undefined },
  ): Promise<boolean> {
    const [current, active] = await Promise.all([
      this.epochOf(owner),
      this.records.read(activeKey(id), textSchema),
    ]);
    return active === undefined || (current !== undefined && current !== epoch);
  }
}

const activeKey = (id: string) => `passport-modica-2fa:device-mark:${id}`;
const epochKey = (owner: DeviceOwner) => `passport-modica-2fa:device-epoch:${userKey(owner)}`;

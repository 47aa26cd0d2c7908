import { randomId } from '../../challenge.js';
import { type Records, textSchema } from '../../stores/records.js';
import { type DeviceRecord, keyOf, type Owner } from './record.js';

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
export class Revocations {
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
const epochKey = (owner: Owner) => `passport-modica-2fa:device-epoch:${keyOf(owner)}`;

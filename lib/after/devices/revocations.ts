import { randomId } from '../../challenge.js';
import { type Records, textSchema } from '../../stores/records.js';
import { type DeviceRecord, keyOf, type Owner } from './record.js';

/** Milliseconds: a day more than any device can live. */
const keptFor = 91 * 86_400_000;

/**
 * What is revoked stays so, whatever a login that is under way writes: it never writes here. A device is
 * revoked by its id; all of a user by a new epoch, which ends those too that are being written. Kept in
 * the store and not as claims: a limiter in memory forgets at once what it should keep for more than 24
 * days (its timer is a setTimeout), and one in Memcached what it should keep for more than 30.
 */
export class Revocations {
  constructor(private readonly records: Records) {}

  async revoke(id: string): Promise<void> {
    await this.records.write(revokedKey(id), 'revoked', keptFor);
  }

  async revokeAll(owner: Owner): Promise<void> {
    await this.records.write(epochKey(owner), randomId(), keptFor);
  }

  /** Undefined until all are revoked at once; and again when none that lived then can be alive. */
  async epochOf(owner: Owner): Promise<string | undefined> {
    return this.records.read(epochKey(owner), textSchema);
  }

  async isRevoked(owner: Owner, { id, epoch }: DeviceRecord): Promise<boolean> {
    const [current, revoked] = await Promise.all([
      this.epochOf(owner),
      this.records.read(revokedKey(id), textSchema),
    ]);
    return revoked !== undefined || (current !== undefined && current !== epoch);
  }
}

const revokedKey = (id: string) => `passport-modica-2fa:device-revoked:${id}`;
const epochKey = (owner: Owner) => `passport-modica-2fa:device-epoch:${keyOf(owner)}`;

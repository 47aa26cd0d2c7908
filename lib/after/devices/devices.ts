import { isOver } from '../../challenge.js';
import { publish } from '../../events.js';
import { fingerprint } from '../../fingerprint.js';
import { Counter } from '../../limits/counter.js';
import type { Memory } from '../../options/memory.js';
import {
  type DeviceRecord,
  destinationHash,
  type Holder,
  type Owner,
  passwordHash,
} from './record.js';
import { Shelf, type Taken } from './shelf.js';
import { type Grant, hashOf, isHashOf, newToken, type Token } from './token.js';

/**
 * Milliseconds for which a used secret may come again without harm: a double click, or a login whose
 * answer was lost.
 */
const grace = 10_000;

/**
 * Seconds for which a secret that somebody has begun to use is nobody else's. By then the store has long
 * had its successor; where that could not be written, the old one works again.
 */
const claimedFor = 86_400;

/** What is known of the browser that is to be trusted. */
interface Browser {
  /** Of the device that it was before. */
  readonly earlierId: string | undefined;
  readonly userAgent: string | undefined;
}

/** The devices that users have called trusted. Knows neither Express nor cookies. */
export class Devices {
  private readonly shelf: Shelf;
  private readonly uses: Counter;

  /** @param maxAge - Milliseconds. */
  constructor(
    { store, limiter }: Memory,
    private readonly maxAge: number,
  ) {
    this.shelf = new Shelf(store, maxAge);
    this.uses = new Counter(limiter, {
      keyPrefix: 'passport-modica-2fa:device-use',
      points: 1,
      duration: claimedFor,
    });
  }

  /** `hand` gives the token to the browser, or says that it cannot: then there is no device. */
  async trust(
    holder: Holder & { readonly destination: string },
    { earlierId, userAgent }: Browser,
    hand: (grant: Grant) => boolean,
  ): Promise<boolean> {
    const trustedAt = Date.now();
    const expiresAt = trustedAt + this.maxAge;
    // Read first: a device that is trusted while all are revoked is one of them.
    const epoch = await this.shelf.epochOf(holder);
    const slot = await this.shelf.roomFor(holder, earlierId, trustedAt);
    const token = newToken();
    if (!hand({ token, until: expiresAt })) return false;
    const device: DeviceRecord = {
      id: token.id,
      secretHash: hashOf(token),
      password: passwordHash(holder),
      destination: destinationHash(holder, holder.destination),
      epoch,
      trustedAt,
      expiresAt,
      lastUsedAt: trustedAt,
      userAgent,
    };
    await this.shelf.put(slot, device, trustedAt);
    publish({ name: 'device_trusted', owasp: 'authn_token_created', ...named(holder) });
    return true;
  }

  /** The next token of a device that may take the place of the code; undefined where it may not. */
  async admit(holder: Holder, token: Token): Promise<Grant | undefined> {
    const now = Date.now();
    const found = await this.shelf.byId(holder, token.id);
    if (found === undefined || !(await this.shelf.isWorking(found, holder, now))) return undefined;
    const { device } = found;
    if (!isHashOf(token, device.secretHash)) {
      await this.suspect(found, holder, now);
      return undefined;
    }
    // Claimed before anything is written: of many at once, one is let in.
    const use = await this.uses.count(fingerprint(device.id, device.secretHash));
    if (!use.within) return undefined;
    const next = newToken(device.id);
    await this.shelf.put(found, { ...device, secretHash: hashOf(next), lastUsedAt: now }, now);
    return { token: next, until: this.shelf.endOf(device) };
  }

  /** Those that work, the one that was used last first. */
  async list(holder: Holder): Promise<readonly DeviceRecord[]> {
    const working = await this.shelf.working(holder, Date.now());
    return working
      .map(({ device }) => ({ ...device, expiresAt: this.shelf.endOf(device) }))
      .sort((one, other) => other.lastUsedAt - one.lastUsedAt);
  }

  /** False where this user has no such device. */
  async revoke(owner: Owner, id: string): Promise<boolean> {
    const found = await this.shelf.byId(owner, id);
    if (found === undefined) return false;
    await this.shelf.revoke(found);
    publish({ name: 'device_revoked', owasp: 'authn_token_revoked', ...named(owner) });
    return true;
  }

  async revokeAll(owner: Owner): Promise<void> {
    const revoked = await this.shelf.revokeAll(owner);
    for (let told = 0; told < revoked; told += 1) {
      publish({ name: 'device_revoked', owasp: 'authn_token_revoked', ...named(owner) });
    }
  }

  /**
   * The right id with another secret: two browsers have had this token, and one of them has stolen it
   * (Jaspan, Improved Persistent Login Cookie Best Practice). Nobody knows which, so it ends for both.
   */
  private async suspect(found: Taken, owner: Owner, now: number): Promise<void> {
    const { lastUsedAt } = found.device;
    if (!isOver(lastUsedAt, lastUsedAt + grace, now)) return;
    await this.shelf.revoke(found);
    publish({ name: 'device_token_reused', owasp: 'authn_token_reuse', ...named(owner) });
  }
}

/** All that an event shows of whose device it is. */
function named({ realm, userId }: Owner): Owner {
  return { realm, userId };
}

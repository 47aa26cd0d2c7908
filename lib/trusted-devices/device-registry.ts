// Trusts devices, verifies and rotates their tokens, lists and revokes them. Knows neither Express nor cookies.
import { isOver } from '../challenge/challenge.js';
import { publish } from '../events.js';
import { fingerprint } from '../fingerprint.js';
import { type Counter, countersOf } from '../limits/counter.js';
import type { Storage } from '../storage/storage.js';
import { type DeviceOwner, destinationHash, type OwnerCredentials } from './device-owner.js';
import { type DeviceRecord, DeviceStore, type StoredDevice } from './device-store.js';
import { hashSecret, type IssuedToken, matchesHash, newToken, type Token } from './token.js';

/**
 * Milliseconds after a use in which an outdated token is refused but not treated as stolen: the responses
 * to concurrent logins may reach the browser out of order.
 */
const reuseGrace = 10_000;

/**
 * Logins with the same token within `useWindow`: sufficient for double clicks and lost responses. A client
 * that never stores the new cookie gets a code after that.
 */
const usesPerToken = 10;

/**
 * Seconds for which the uses of a token are counted. Only the first use within them rotates the token; if
 * that write fails, the token rotates after this time.
 */
const useWindow = 86_400;

/** A valid token. Without a successor the browser keeps the token that it has. */
interface VerifiedToken {
  readonly successor: IssuedToken | undefined;
}

interface Browser {
  /** The id of the device that this browser was trusted as before. */
  readonly earlierId: string | undefined;
  readonly userAgent: string | undefined;
}

export class DeviceRegistry {
  private readonly store: DeviceStore;
  private readonly uses: Counter;

  /** @param maxAge - Milliseconds. */
  constructor(
    { store, limiter }: Storage,
    private readonly maxAge: number,
  ) {
    this.store = new DeviceStore(store, maxAge);
    this.uses = countersOf(limiter)('device-use', usesPerToken, useWindow);
  }

  /**
   * Trusts a new device.
   *
   * @param deliver - Sends the token to the browser. Returns false if it cannot; nothing is stored then.
   */
  async trust(
    credentials: OwnerCredentials & { readonly destination: string },
    { earlierId, userAgent }: Browser,
    deliver: (issued: IssuedToken) => boolean,
  ): Promise<boolean> {
    const trustedAt = Date.now();
    const expiresAt = trustedAt + this.maxAge;
    // Read before anything is written: a revocation of all devices must include one that is being added.
    const epoch = await this.store.epochOf(credentials);
    const entry = await this.store.entryForNew(credentials, earlierId, trustedAt);
    const token = newToken();
    if (!deliver({ token, expiresAt })) return false;
    await this.store.add(entry, {
      id: token.id,
      secretHash: hashSecret(token.current),
      password: credentials.passwordHash,
      destination: destinationHash(credentials, credentials.destination),
      epoch,
      trustedAt,
      expiresAt,
      lastUsedAt: trustedAt,
      userAgent,
    });
    await this.store.revokeOtherNumbers(credentials, credentials.destination);
    // If all devices were revoked meanwhile, this one may not have been in the store yet.
    if ((await this.store.epochOf(credentials)) !== epoch) {
      await this.store.revokeById(token.id);
      return false;
    }
    publish({ name: 'device_trusted', owasp: 'authn_token_created', ...identityOf(credentials) });
    return true;
  }

  /**
   * Verifies a token and rotates it; returns undefined if the device is not trusted.
   *
   * Each login rotates the token, so that a copy is detected (Barry Jaspan, "Improved Persistent Login
   * Cookie Best Practice", 2006). Jaspan rotates with each request, and so mistakes a double click or a
   * lost response for theft. Here the token rotates once the browser proves that it received the new
   * secret: it sends `current`, whose hash is in the store, and `next`, which has not been used yet.
   *
   * | stored hash is that of | meaning | effect |
   * |---|---|---|
   * | `current` | first use of `next` | stores the hash of `next`; issues a new `next` |
   * | `next` | a retry: the response to the first use was lost or is in transit | issues a new `next`; writes nothing |
   * | neither | outdated: another browser has continued from a copy | revokes the device for both |
   *
   * Two browsers with the same token get different successors, and the first successor that is used
   * invalidates the other. No secret can be derived from what the store holds.
   */
  async verifyToken(
    credentials: OwnerCredentials,
    token: Token,
  ): Promise<VerifiedToken | undefined> {
    const now = Date.now();
    const stored = await this.store.find(credentials, token.id);
    if (stored === undefined || !(await this.store.isValid(stored, credentials, now))) {
      return undefined;
    }
    const { device } = stored;
    const isRetry = matchesHash(token.next, device.secretHash);
    if (!isRetry && !matchesHash(token.current, device.secretHash)) {
      await this.revokeReused(stored, credentials, now);
      return undefined;
    }
    // Counted before the write, so that only one of several concurrent first uses writes.
    const use = await this.uses.count(fingerprint(device.id, hashSecret(token.next)));
    if (!use.within) return undefined;
    if (!isRetry) {
      // The first use may still be writing. A successor issued now could be used before that write,
      // which would then invalidate it.
      if (use.used > 1) return { successor: undefined };
      const used = { ...device, secretHash: hashSecret(token.next), lastUsedAt: now };
      await this.store.write(stored.key, used, now);
    }
    return {
      successor: {
        token: newToken(device.id, token.next),
        expiresAt: this.store.expiryOf(device),
      },
    };
  }

  /** Valid devices, the most recently used first. */
  async list(credentials: OwnerCredentials): Promise<readonly DeviceRecord[]> {
    const valid = await this.store.listValid(credentials, Date.now());
    return valid
      .map((device) => ({ ...device, expiresAt: this.store.expiryOf(device) }))
      .sort((one, other) => other.lastUsedAt - one.lastUsedAt);
  }

  /** Returns false if this user has no such device. */
  async revoke(owner: DeviceOwner, id: string): Promise<boolean> {
    const stored = await this.store.find(owner, id);
    if (stored === undefined) return false;
    await this.store.revoke(stored);
    publish({ name: 'device_revoked', owasp: 'authn_token_revoked', ...identityOf(owner) });
    return true;
  }

  async revokeAll(owner: DeviceOwner): Promise<void> {
    const revoked = await this.store.revokeAll(owner);
    for (let published = 0; published < revoked; published += 1) {
      publish({ name: 'device_revoked', owasp: 'authn_token_revoked', ...identityOf(owner) });
    }
  }

  /** Revokes the device: two browsers hold its token, and it is impossible to know which is the thief's. */
  private async revokeReused(stored: StoredDevice, owner: DeviceOwner, now: number): Promise<void> {
    const { lastUsedAt } = stored.device;
    if (!isOver(lastUsedAt, lastUsedAt + reuseGrace, now)) return;
    await this.store.revoke(stored);
    publish({ name: 'device_token_reused', owasp: 'authn_token_reuse', ...identityOf(owner) });
  }
}

/** The part of an owner that events show. */
function identityOf({ realm, userId }: DeviceOwner): DeviceOwner {
  return { realm, userId };
}

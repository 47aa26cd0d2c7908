import { isOver } from '../challenge/challenge.js';
import { publish } from '../events.js';
import { fingerprint } from '../fingerprint.js';
import { Counter } from '../limits/counter.js';
import type { Storage } from '../storage/storage.js';
import { type DeviceOwner, destinationHash, type OwnerCredentials } from './device-owner.js';
import { type DeviceRecord, DeviceStore, type StoredDevice } from './device-store.js';
import { hashSecret, type IssuedToken, matchesHash, newToken, type Token } from './token.js';

/**
 * Milliseconds after a use in which an outdated secret raises no alarm, though it admits nobody: the
 * answers of several logins at once may reach the browser in another order than they were sent.
 */
const reuseGrace = 10_000;

/**
 * Logins for each secret, in `useWindow` seconds: enough for double clicks and lost answers. A client
 * that never keeps its new cookie is asked for a code after that.
 */
const usesPerToken = 10;

/**
 * Seconds for which the uses of a secret are counted, and its first use is one request's alone. Where
 * that one could not write what it had to, another may after this.
 */
const useWindow = 86_400;

/** What the browser of an admitted device gets: its next token, or nothing, and it keeps what it has. */
interface VerifiedToken {
  readonly successor: IssuedToken | undefined;
}

/** What is known of the browser that is to be trusted. */
interface Browser {
  /** Of the device that it was before. */
  readonly earlierId: string | undefined;
  readonly userAgent: string | undefined;
}

/** The devices that users have called trusted. Knows neither Express nor cookies. */
export class DeviceRegistry {
  private readonly store: DeviceStore;
  private readonly uses: Counter;

  /** @param maxAge - Milliseconds. */
  constructor(
    { store, limiter }: Storage,
    private readonly maxAge: number,
  ) {
    this.store = new DeviceStore(store, maxAge);
    this.uses = new Counter(limiter, {
      keyPrefix: 'passport-modica-2fa:device-use',
      points: usesPerToken,
      duration: useWindow,
    });
  }

  /** `setCookie` gives the token to the browser, or says that it cannot: then there is no device. */
  async trust(
    credentials: OwnerCredentials & { readonly destination: string },
    { earlierId, userAgent }: Browser,
    setCookie: (issued: IssuedToken) => boolean,
  ): Promise<boolean> {
    const trustedAt = Date.now();
    const expiresAt = trustedAt + this.maxAge;
    // Read first: a device that is trusted while all are revoked is one of them.
    const epoch = await this.store.epochOf(credentials);
    const entry = await this.store.entryForNew(credentials, earlierId, trustedAt);
    const token = newToken();
    if (!setCookie({ token, expiresAt })) return false;
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
    // And once more: what is revoked now was not to be seen in the store when all were revoked.
    if ((await this.store.epochOf(credentials)) !== epoch) {
      await this.store.revokeById(token.id);
      return false;
    }
    publish({ name: 'device_trusted', owasp: 'authn_token_created', ...identityOf(credentials) });
    return true;
  }

  /**
   * Whether a device may take the place of the code; undefined where it may not.
   *
   * Each login changes the secret, so that a copied one is noticed (Barry Jaspan, Improved Persistent
   * Login Cookie Best Practice, 2006). Jaspan's series changes with the request, and takes a double click
   * or a lost answer for theft. Here it changes when the browser shows that it has the new secret: it
   * holds `current`, which the store knows by its hash, and `next`, which nobody has used yet.
   *
   * | the store has the hash of | it is | what happens |
   * |---|---|---|
   * | `current` | the first use of `next` | `next` is stored in place of `current`; a new `next` is handed out |
   * | `next` | the same token again: the answer to its first use was lost, or is on its way | a new `next` is handed out; nothing is written |
   * | neither | an outdated token: another browser has gone on from a copy | the device ends for both |
   *
   * Two browsers with one token get two different successors, and the first that is used outdates the
   * other: they never both go on. No secret is derivable from what the store has.
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
    // Counted before anything is written: of many first uses at once, one writes.
    const use = await this.uses.count(fingerprint(device.id, hashSecret(token.next)));
    if (!use.within) return undefined;
    if (!isRetry) {
      // The first request may not have written yet, and must not be overtaken by a successor of its
      // secret: a late write would outdate that.
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

  /** Those that work, the one that was used last first. */
  async list(credentials: OwnerCredentials): Promise<readonly DeviceRecord[]> {
    const valid = await this.store.listValid(credentials, Date.now());
    return valid
      .map((device) => ({ ...device, expiresAt: this.store.expiryOf(device) }))
      .sort((one, other) => other.lastUsedAt - one.lastUsedAt);
  }

  /** False where this user has no such device. */
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

  /** Two browsers have had this token, and one of them is a thief's. Which one cannot be known. */
  private async revokeReused(stored: StoredDevice, owner: DeviceOwner, now: number): Promise<void> {
    const { lastUsedAt } = stored.device;
    if (!isOver(lastUsedAt, lastUsedAt + reuseGrace, now)) return;
    await this.store.revoke(stored);
    publish({ name: 'device_token_reused', owasp: 'authn_token_reuse', ...identityOf(owner) });
  }
}

/** All that an event shows of whose device it is. */
function identityOf({ realm, userId }: DeviceOwner): DeviceOwner {
  return { realm, userId };
}

import { isOver, isUserId, type UserId } from '../challenge/challenge.js';
import { ConfigurationError } from '../errors.js';
import { publish } from '../events.js';
import { fingerprint } from '../fingerprint.js';
import { userVersionHash } from '../flow/users.js';
import { Counter } from '../limits/counter.js';
import type { Storage } from '../storage/storage.js';
import {
  type DeviceRecord,
  destinationHash,
  type Holder,
  type Owner,
  Shelf,
  type Taken,
} from './device-store.js';
import { type Grant, hashOf, isHashOf, newToken, type Token } from './token.js';

/**
 * Milliseconds after a use in which an outdated secret raises no alarm, though it admits nobody: the
 * answers of several logins at once may reach the browser in another order than they were sent.
 */
const grace = 10_000;

/**
 * Logins for each secret, in `countedFor` seconds: enough for double clicks and lost answers. A client
 * that never keeps its new cookie is asked for a code after that.
 */
const mostUses = 10;

/**
 * Seconds for which the uses of a secret are counted, and its first use is one request's alone. Where
 * that one could not write what it had to, another may after this.
 */
const countedFor = 86_400;

/** What the browser of an admitted device gets: its next token, or nothing, and it keeps what it has. */
type Admission = { readonly grant: Grant | undefined };

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
    { store, limiter }: Storage,
    private readonly maxAge: number,
  ) {
    this.shelf = new Shelf(store, maxAge);
    this.uses = new Counter(limiter, {
      keyPrefix: 'passport-modica-2fa:device-use',
      points: mostUses,
      duration: countedFor,
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
    await this.shelf.trust(slot, {
      id: token.id,
      secretHash: hashOf(token.seen),
      password: holder.passwordHash,
      destination: destinationHash(holder, holder.destination),
      epoch,
      trustedAt,
      expiresAt,
      lastUsedAt: trustedAt,
      userAgent,
    });
    await this.shelf.revokeOtherNumbers(holder, holder.destination);
    // And once more: what is revoked now was not to be seen in the store when all were revoked.
    if ((await this.shelf.epochOf(holder)) !== epoch) {
      await this.shelf.end(token.id);
      return false;
    }
    publish({ name: 'device_trusted', owasp: 'authn_token_created', ...named(holder) });
    return true;
  }

  /**
   * Whether a device may take the place of the code; undefined where it may not.
   *
   * Each login changes the secret, so that a copied one is noticed (Barry Jaspan, Improved Persistent
   * Login Cookie Best Practice, 2006). Jaspan's series changes with the request, and takes a double click
   * or a lost answer for theft. Here it changes when the browser shows that it has the new secret: it
   * holds `seen`, which the store knows by its hash, and `next`, which nobody has used yet.
   *
   * | the store has the hash of | it is | what happens |
   * |---|---|---|
   * | `seen` | the first use of `next` | `next` is stored in place of `seen`; a new `next` is handed out |
   * | `next` | the same token again: the answer to its first use was lost, or is on its way | a new `next` is handed out; nothing is written |
   * | neither | an outdated token: another browser has gone on from a copy | the device ends for both |
   *
   * Two browsers with one token get two different successors, and the first that is used outdates the
   * other: they never both go on. No secret is derivable from what the store has.
   */
  async admit(holder: Holder, token: Token): Promise<Admission | undefined> {
    const now = Date.now();
    const found = await this.shelf.byId(holder, token.id);
    if (found === undefined || !(await this.shelf.isWorking(found, holder, now))) return undefined;
    const { device } = found;
    const isAgain = isHashOf(token.next, device.secretHash);
    if (!isAgain && !isHashOf(token.seen, device.secretHash)) {
      await this.suspect(found, holder, now);
      return undefined;
    }
    // Counted before anything is written: of many first uses at once, one writes.
    const use = await this.uses.count(fingerprint(device.id, hashOf(token.next)));
    if (!use.within) return undefined;
    if (!isAgain) {
      // The first request may not have written yet, and must not be overtaken by a successor of its
      // secret: a late write would outdate that.
      if (use.used > 1) return { grant: undefined };
      const seen = { ...device, secretHash: hashOf(token.next), lastUsedAt: now };
      await this.shelf.put(found, seen, now);
    }
    return { grant: { token: newToken(device.id, token.next), until: this.shelf.endOf(device) } };
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

  /** Two browsers have had this token, and one of them is a thief's. Which one cannot be known. */
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

/** What is asked of the app about its users. */
interface PeopleOptions<TUser> {
  readonly realm: string;
  userId(user: TUser): unknown;
  passwordVersion(user: TUser): unknown;
}

/** The app's users, as those to whom devices belong. */
export class People<TUser> {
  constructor(private readonly options: PeopleOptions<TUser>) {}

  owner(user: TUser): Owner {
    return { realm: this.options.realm, userId: this.idOf(user) };
  }

  holder(user: TUser): Holder {
    const owner = this.owner(user);
    return { ...owner, passwordHash: this.passwordHashOf(user, owner) };
  }

  private idOf(user: TUser): UserId {
    const id = this.options.userId(user);
    if (isUserId(id)) return id;
    throw new ConfigurationError('user_unusable', {
      problem:
        'The user has no id that is a text or a number, so no device of theirs could be found.',
      hint: 'Set the option "userId" of trustedDevices as the strategy has it.',
    });
  }

  private passwordHashOf(user: TUser, owner: Owner): string {
    const hash = userVersionHash(owner, this.options.passwordVersion(user));
    if (hash !== undefined) return hash;
    throw new ConfigurationError('user_unusable', {
      problem:
        'The option "passwordVersion" gave no text, number or Date, so a device would be trusted beyond a change of the password.',
      hint: 'Give one for every user: (user) => user.passwordChangedAt ?? user.createdAt.',
    });
  }
}

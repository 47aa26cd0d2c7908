// trustedDevices(): Express middleware that lets users log in without a code from a device they trust.
import type { Request, RequestHandler, Response } from 'express';
import { bothTypes, type IdOf, type UserId } from '../challenge/challenge.js';
import { ConfigurationError } from '../errors.js';
import { proofOf } from '../flow/proof.js';
import { addDeviceCheck, type DeviceLogin } from '../flow/trusted-device.js';
import { parseOptions } from '../options/parse.js';
import { storageOf } from '../storage/configured-storage.js';
import { isUser, userOf } from '../strategy/passport-session.js';
import { DeviceOwners } from './device-owner.js';
import { DeviceRegistry } from './device-registry.js';
import { type TrustedDeviceOptions, trustedDeviceSchema } from './options.js';
import { DeviceCookie } from './token.js';

/** Characters. The header comes from the client and may be of any length. */
const maxUserAgentLength = 200;

/**
 * Creates Express middleware that lets users log in without a code from a browser they trust. The
 * password is still required. Mount it once, before the routes of the login.
 *
 * **Security.** A login from a trusted device has one factor, the password, and reaches no more than AAL1:
 * NIST SP 800-63B-4 does not count a trusted device as an authenticator. Its info says so
 * (`code: 'trusted_device'`, an empty `amr`), and `requireSecondFactor` does not accept it. Keep `maxAge`
 * short and require a step-up before sensitive actions.
 *
 * The cookie holds random secrets, the store only their hashes, and each login rotates them. A device is
 * valid for one user, with the phone number and the password that it was trusted with. A token may be
 * repeated up to ten times a day until its successor is used, so that a double click or a lost response
 * costs no SMS. A repeat after its successor was used means that the cookie was copied: the device is
 * revoked, with the event `device_token_reused`.
 *
 * The store is queried only during a login. If the store or the limiter fails, a login from a trusted
 * device fails like any other.
 *
 * @example
 * const devices = trustedDevices<AppUser>({ passwordVersion: (user) => user.passwordChangedAt });
 * app.use(devices);
 * app.post('/login/code', passport.authenticate('modica-2fa', { phase: 'response' }), async (req, res) => {
 *   if (req.body.trust) await devices.trust(req);
 *   res.redirect('/');
 * });
 *
 * @throws {ConfigurationError} `option_invalid` for a wrong option.
 */
export function trustedDevices<TUser = Express.User, TId extends UserId = IdOf<TUser>>(
  options: TrustedDeviceOptions<TUser, TId>,
): TrustedDevices<TUser> {
  const checked = parseOptions(trustedDeviceSchema<TUser>(), options);
  const registry = new DeviceRegistry(storageOf(checked), checked.maxAge * 1000);
  const owners = new DeviceOwners<TUser>(checked);
  const cookie = new DeviceCookie(checked.cookie);
  const responses = new WeakMap<Request, Response>();

  const isTrusted = async (request: Request, response: Response, login: DeviceLogin) => {
    const { realm, user, userId, destination } = login;
    const token = cookie.read(request);
    if (token === undefined || response.headersSent) return false;
    if (realm !== checked.realm || !isUser<TUser>(user)) return false;
    const credentials = { ...owners.credentialsOf(user), userId, destination };
    const verified = await registry.verifyToken(credentials, token);
    if (verified === undefined) return false;
    // A login whose response cannot carry the successor is not trusted: the browser would lose it.
    return verified.successor === undefined || cookie.set(response, verified.successor);
  };
  const middleware: RequestHandler = (request, response, next) => {
    responses.set(request, response);
    addDeviceCheck(request, { isTrusted: (login) => isTrusted(request, response, login) });
    next();
  };
  return Object.assign(middleware, {
    async trust(request: Request): Promise<boolean> {
      const response = responses.get(request);
      if (response === undefined) throw notMounted();
      const user = userOf<TUser>(request);
      const proof = proofOf(request.authInfo);
      if (user === undefined || proof === undefined || proof.purpose === 'enrol') throw notProved();
      // A code that approved a transaction is valid for that alone.
      if (proof.transaction !== undefined) throw notProved();
      if (proof.realm !== checked.realm) throw otherRealm(checked.realm, proof.realm);
      const credentials = owners.credentialsOf(user);
      const { destination } = proof;
      if (credentials.userId !== proof.userId) throw notProved();
      // A device is bound to a number, and a recovery code proves none.
      if (destination === undefined) return false;
      return registry.trust(
        { ...credentials, destination },
        {
          earlierId: cookie.read(request)?.id,
          userAgent: request.headers['user-agent']?.slice(0, maxUserAgentLength),
        },
        (issued) => cookie.set(response, issued),
      );
    },
    async list(user: TUser): Promise<readonly TrustedDevice[]> {
      const listed = await registry.list(owners.credentialsOf(user));
      return listed.map(({ id, trustedAt, expiresAt, lastUsedAt, userAgent }) => ({
        id,
        trustedAt: new Date(trustedAt),
        expiresAt: new Date(expiresAt),
        lastUsedAt: new Date(lastUsedAt),
        userAgent,
      }));
    },
    revoke: async (user: TUser, id: string) => registry.revoke(owners.ownerOf(user), id),
    async revokeAll(user: TUser) {
      const { realm, userId } = owners.ownerOf(user);
      await Promise.all(bothTypes(userId).map((id) => registry.revokeAll({ realm, userId: id })));
    },
    isThis: (request: Request, { id }: Pick<TrustedDevice, 'id'>) =>
      cookie.read(request)?.id === id,
  });
}

/** A trusted device, for an account page. */
export interface TrustedDevice {
  readonly id: string;
  readonly trustedAt: Date;
  readonly expiresAt: Date;
  /** The last login from this device, or when it was trusted. A repeated request of a login does not count. */
  readonly lastUsedAt: Date;
  /** The `User-Agent` header at the time of trust, at most 200 characters. Untrusted input: escape it. */
  readonly userAgent: string | undefined;
}

/** The middleware of `trustedDevices`, with methods to manage the devices of users. */
export interface TrustedDevices<TUser = Express.User> extends RequestHandler {
  /**
   * Trusts the browser of this request. Call it after a success, if the user asked for it, and before the
   * response is sent. A browser that was trusted before replaces its earlier device. A user can have ten
   * devices; an eleventh replaces the least recently used.
   *
   * @param request - With `user` and `authInfo` as the strategy set them after a code, in a login or a
   * step-up.
   * @returns False if the response has been sent already, so that no cookie can be set; if all devices of
   * the user were revoked meanwhile; and after a recovery code, because a device is bound to a proved number.
   * @throws {ConfigurationError} `info_unknown` if no code in this request proved this user;
   * `option_invalid` if the middleware is not mounted before this route, or the strategy has another
   * `realm`.
   * @throws {StoreError} if the store failed: the device is not trusted then.
   * @example if (request.body.trust) await devices.trust(request);
   */
  trust(request: Request): Promise<boolean>;
  /**
   * Lists the user's valid devices, the most recently used first. After the phone number changes,
   * earlier devices no longer work, but stay listed until one is trusted with the new number.
   *
   * @throws {ConfigurationError} `user_unusable` for a user without an id or a `passwordVersion`.
   * @throws {StoreError} if the store failed.
   */
  list(user: TUser): Promise<readonly TrustedDevice[]>;
  /**
   * Revokes one device of this user permanently.
   *
   * @returns False if this user has no device with that id.
   * @throws {StoreError} if the store failed: the device may still be trusted.
   */
  revoke(user: TUser, id: string): Promise<boolean>;
  /**
   * Revokes all devices of this user permanently, for "log out everywhere". Not needed after a change of
   * the password or the phone number, which invalidates them. The user's id may have either type: a number or
   * its string.
   *
   * @throws {ConfigurationError} `user_unusable` for a user without an id.
   * @throws {StoreError} if the store failed: devices may still be trusted.
   */
  revokeAll(user: TUser): Promise<void>;
  /** Whether a device is the browser of this request, to mark it in a list. Proves nothing. */
  isThis(request: Request, device: Pick<TrustedDevice, 'id'>): boolean;
}

function notMounted(): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem:
      'trust(request) was called, but the middleware of trustedDevices did not run before it.',
    hint: 'Mount it before the routes of the login: app.use(devices).',
  });
}

function notProved(): ConfigurationError {
  return new ConfigurationError('info_unknown', {
    problem: 'trust(request) was called, but no code was verified for the user of this request.',
    hint: 'Call trust(request) in the handler after the strategy, in a login or a step-up without a transaction. Leave request.user and request.authInfo as the strategy set them.',
  });
}

function otherRealm(ours: string, verified: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `The option "realm" of trustedDevices is ${JSON.stringify(ours)}, but that of the strategy that verified the code is ${JSON.stringify(verified)}.`,
    hint: 'Give both the same realm. For several realms, create one trustedDevices for each.',
  });
}

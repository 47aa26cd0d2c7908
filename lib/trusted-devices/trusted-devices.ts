import type { Request, RequestHandler, Response } from 'express';
import type { IdOf, UserId } from '../challenge/challenge.js';
import { ConfigurationError } from '../errors.js';
import { proofOf } from '../flow/proof.js';
import { addDeviceCheck, type DeviceLogin } from '../flow/trusted-device.js';
import { parseOptions } from '../options/parse.js';
import { isUser, userOf } from '../strategy/session.js';
import { DeviceOwners } from './device-owner.js';
import { DeviceRegistry } from './device-registry.js';
import { type TrustedDeviceOptions, trustedDeviceSchema } from './options.js';
import { DeviceCookie } from './token.js';

const longestUserAgent = 200;

/**
 * Lets users log in without a code from a browser that they trust: the password is asked for, as always,
 * and an SMS saved. Off unless you mount it.
 *
 * A login by a remembered device is one factor, the password, and no more than AAL1: NIST SP 800-63B-4
 * does not count a remembered device as an authenticator. Its info says so (`code: 'trusted_device'`, `amr`
 * empty), and it satisfies no `requireSecondFactor`. Keep `maxAge` short and ask for a step-up before
 * anything that matters.
 *
 * The browser holds random secrets of which the store has hashes; each login changes them. They admit one
 * user, with the number and the password that the browser was trusted under. The same cookie may come
 * again, up to ten times a day, until its successor has been used: a double click or a lost answer costs
 * no SMS. After that it was copied: the device is revoked, with the event `device_token_reused`.
 *
 * Mount it before the routes of the login, once; it touches the store only when a login asks. When the
 * store or the limiter is down, a login from a trusted device fails as any other does.
 *
 * @example
 * const devices = trustedDevices<AppUser>({ passwordVersion: (user) => user.passwordChangedAt });
 * app.use(devices);
 * app.post('/login/code', passport.authenticate('modica-2fa', { phase: 'response' }), async (req, res) => {
 *   if (req.body.trust) await devices.trust(req);
 *   res.redirect('/');
 * });
 *
 * @throws {ConfigurationError} `option_invalid`, naming the option and what would do.
 */
export function trustedDevices<TUser = Express.User, TId extends UserId = IdOf<TUser>>(
  options: TrustedDeviceOptions<TUser, TId>,
): TrustedDevices<TUser> {
  const checked = parseOptions(trustedDeviceSchema<TUser>(), options);
  const registry = new DeviceRegistry(checked.storage, checked.maxAge * 1000);
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
    // A response that cannot carry the next secret admits nobody by this one.
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
      if (proof === undefined || proof.purpose === 'enrol' || user === undefined) {
        throw notProved();
      }
      // A code that approved a transaction is good for that alone.
      if (proof.transaction !== undefined) throw notProved();
      if (proof.realm !== checked.realm) throw otherRealm();
      const credentials = owners.credentialsOf(user);
      if (credentials.userId !== proof.userId) throw notProved();
      return registry.trust(
        { ...credentials, destination: proof.destination },
        {
          earlierId: cookie.read(request)?.id,
          userAgent: request.headers['user-agent']?.slice(0, longestUserAgent),
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
    revokeAll: async (user: TUser) => registry.revokeAll(owners.ownerOf(user)),
    isThis: (request: Request, { id }: Pick<TrustedDevice, 'id'>) =>
      cookie.read(request)?.id === id,
  });
}

/** A device as an account page shows it. */
export interface TrustedDevice {
  readonly id: string;
  readonly trustedAt: Date;
  readonly expiresAt: Date;
  /** When it last took the place of the code; not counted are repeats of one login. */
  readonly lastUsedAt: Date;
  /** What the browser called itself when it was trusted, cut short. It can say anything: escape it. */
  readonly userAgent: string | undefined;
}

/** Express middleware, and what an app does with the devices of its users. */
export interface TrustedDevices<TUser = Express.User> extends RequestHandler {
  /**
   * Trusts the browser of this request from now on: call it after a success, where the user has asked
   * for it, before the answer is sent. A browser is one device: one that was trusted before takes its
   * own place again. Of an eleventh device the one pays that was away for longest.
   *
   * @param request - With `user` and `authInfo` as the strategy left them after a code, in a login or
   * a step-up.
   * @returns False where the answer has been sent already, so that no cookie can be set, and where all
   * devices of the user were revoked in the meantime.
   * @throws {ConfigurationError} `info_unknown` where no code of this request proved this user; `option_invalid`
   * where the middleware did not see the request, or the strategy has another realm.
   * @throws {StoreError} where it could not be written: nothing is trusted then.
   * @example if (request.body.trust) await devices.trust(request);
   */
  trust(request: Request): Promise<boolean>;
  /**
   * The user's devices that still work, the one that was used last first. After a change of number the
   * old ones admit nobody, and are listed until a device is trusted with the new number.
   *
   * @throws {StoreError}
   */
  list(user: TUser): Promise<readonly TrustedDevice[]>;
  /**
   * Ends one device of this user for good.
   *
   * @returns False where this user has no device of that id.
   * @throws {StoreError} where it could not be written: the device may still be trusted.
   */
  revoke(user: TUser, id: string): Promise<boolean>;
  /**
   * Ends all devices of this user for good: for "log out everywhere". A change of the password or the
   * number ends them by itself.
   *
   * @throws {StoreError} where it could not be written: devices may still be trusted.
   */
  revokeAll(user: TUser): Promise<void>;
  /** Whether it is the browser of this request, for a list that says "this device". Proves nothing. */
  isThis(request: Request, device: Pick<TrustedDevice, 'id'>): boolean;
}

/** A device can be trusted only where its next login comes by. */
function notMounted(): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem:
      'A device was to be trusted in a request that the middleware of trustedDevices has not seen.',
    hint: 'Mount it before the routes of the login: app.use(devices).',
  });
}

/** Trust comes from a code, and from nothing else. */
function notProved(): ConfigurationError {
  return new ConfigurationError('info_unknown', {
    problem: 'A device was to be trusted in a request in which no code proved its user.',
    hint: 'Call trust(request) in the handler after the strategy, in a login or a step-up without a transaction, with request.user and request.authInfo as they are.',
  });
}

function otherRealm(): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem:
      'The option "realm" of trustedDevices is not that of the strategy whose code was right.',
    hint: 'Give both the same, or each realm a trustedDevices of its own.',
  });
}

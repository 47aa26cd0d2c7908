import type { Request, RequestHandler, Response } from 'express';
import type { IdOf, UserId } from '../../challenge.js';
import { bringDevice, type DeviceOwner } from '../../device.js';
import { parseOptions } from '../../parse.js';
import { isUser, userOf } from '../../strategy/session.js';
import { proofOf } from '../../verified.js';
import { DeviceCookie } from './cookie.js';
import { Devices } from './devices.js';
import { notMounted, notProved, otherRealm } from './mistakes.js';
import { optionsSchema, type RememberDeviceOptions } from './options.js';
import { People } from './people.js';
import type { RememberedDevices, TrustedDevice } from './remembered-devices.js';

const longestUserAgent = 200;

/**
 * Lets users log in without a code from a browser that they trust: the password is asked for, as always,
 * and an SMS saved. Off unless you mount it.
 *
 * A login by a remembered device is one factor, the password, and no more than AAL1: NIST SP 800-63B-4
 * does not count a remembered device as an authenticator. Its info says so (`code: 'remembered'`, `amr`
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
 * const devices = rememberDevice<AppUser>({ passwordVersion: (user) => user.passwordChangedAt });
 * app.use(devices);
 * app.post('/login/code', passport.authenticate('modica-2fa', { phase: 'response' }), async (req, res) => {
 *   if (req.body.trust) await devices.trust(req);
 *   res.redirect('/');
 * });
 *
 * @throws {SetupError} `option_invalid`, naming the option and what would do.
 */
export function rememberDevice<TUser = Express.User, TId extends UserId = IdOf<TUser>>(
  options: RememberDeviceOptions<TUser, TId>,
): RememberedDevices<TUser> {
  const checked = parseOptions(optionsSchema<TUser>(), options);
  const devices = new Devices(checked.memory, checked.maxAge * 1000);
  const people = new People<TUser>(checked);
  const cookie = new DeviceCookie(checked.cookie);
  const responses = new WeakMap<Request, Response>();

  const admits = async (request: Request, response: Response, owner: DeviceOwner) => {
    const { realm, user, userId, destination } = owner;
    const token = cookie.read(request);
    if (token === undefined || response.headersSent) return false;
    if (realm !== checked.realm || !isUser<TUser>(user)) return false;
    const holder = { ...people.holder(user), userId, destination };
    const admission = await devices.admit(holder, token);
    if (admission === undefined) return false;
    // A response that cannot carry the next secret admits nobody by this one.
    return admission.grant === undefined || cookie.give(response, admission.grant);
  };
  const middleware: RequestHandler = (request, response, next) => {
    responses.set(request, response);
    bringDevice(request, { admits: (owner) => admits(request, response, owner) });
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
      if (proof.binding !== undefined) throw notProved();
      if (proof.realm !== checked.realm) throw otherRealm();
      const holder = people.holder(user);
      if (holder.userId !== proof.userId) throw notProved();
      return devices.trust(
        { ...holder, destination: proof.destination },
        {
          earlierId: cookie.read(request)?.id,
          userAgent: request.headers['user-agent']?.slice(0, longestUserAgent),
        },
        (grant) => cookie.give(response, grant),
      );
    },
    async list(user: TUser): Promise<readonly TrustedDevice[]> {
      const listed = await devices.list(people.holder(user));
      return listed.map(({ id, trustedAt, expiresAt, lastUsedAt, userAgent }) => ({
        id,
        trustedAt: new Date(trustedAt),
        expiresAt: new Date(expiresAt),
        lastUsedAt: new Date(lastUsedAt),
        userAgent,
      }));
    },
    revoke: async (user: TUser, id: string) => devices.revoke(people.owner(user), id),
    revokeAll: async (user: TUser) => devices.revokeAll(people.owner(user)),
    isThis: (request: Request, { id }: Pick<TrustedDevice, 'id'>) =>
      cookie.read(request)?.id === id,
  });
}

import type { Request, RequestHandler } from 'express';

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
export interface RememberedDevices<TUser = Express.User> extends RequestHandler {
  /**
   * Trusts the browser of this request from now on: call it after a success, where the user has asked
   * for it, before the answer is sent. A browser is one device: one that was trusted before takes its
   * own place again. Of an eleventh device the one pays that was away for longest.
   *
   * @param request - With `user` and `authInfo` as the strategy left them after a code, in a login or
   * a step-up.
   * @returns False where the answer has been sent already, so that no cookie can be set, and where all
   * devices of the user were revoked in the meantime.
   * @throws {SetupError} `info_unknown` where no code of this request proved this user; `option_invalid`
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

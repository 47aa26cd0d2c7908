import { type Storage, type TrustedDevices, trustedDevices } from 'passport-modica-2fa';
import type { Settings } from './settings.js';
import type { AppUser } from './users.js';

const twoWeeks = 14 * 86_400;

export type Devices = TrustedDevices<AppUser>;

/** Browsers that their users trust: a password alone logs in from them. */
export function createDevices({ store, limiter }: Storage, { production }: Settings): Devices {
  return trustedDevices<AppUser>({
    store,
    limiter,
    passwordVersion: (user) => user.passwordVersion,
    maxAge: twoWeeks,
    // Browsers do not store a secure cookie without TLS.
    cookie: { secure: production },
  });
}

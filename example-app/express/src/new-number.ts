import type { TwoFactorRouteOptions } from 'passport-modica-2fa';

declare module 'express-session' {
  interface SessionData {
    /** The user's new number, not verified yet. */
    newMobile?: string;
  }
}

/** A code for the new number. The verify callback saves the number. */
export const codeForNewNumber: TwoFactorRouteOptions = {
  purpose: 'enrol',
  destination: ({ session }) => session.newMobile,
};

import type { TwoFactorRouteOptions } from 'passport-modica-2fa';

declare module 'express-session' {
  interface SessionData {
    /** The number that its user wants from now on, and has not proved yet. */
    newMobile?: string;
  }
}

/** A code for the new number; once it is proved, the verify callback saves it. */
export const codeForNewNumber: TwoFactorRouteOptions = {
  purpose: 'enrol',
  destination: ({ session }) => session.newMobile,
};

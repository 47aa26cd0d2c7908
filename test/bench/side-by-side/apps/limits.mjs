/**
 * SMS per hour, the same for all contenders that have such a limit. The total is more than a run sends, but it
 * is counted.
 */
export const sendLimits = { perNumber: 5, perAddress: 20, total: 1_000_000 };

/** Seconds between two SMS for one user. */
export const resendCooldown = 30;

/** Attempts of a user within `window` seconds, and for one verification. */
export const attempts = { perUser: 10, perVerification: 5, window: 900 };

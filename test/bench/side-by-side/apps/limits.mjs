/**
 * SMS an hour for those contenders that take such limits: all the same. The total is beyond what a run sends,
 * and counted all the same.
 */
export const sendLimits = { perNumber: 5, perAddress: 20, total: 1_000_000 };

/** Seconds until a user can ask for another SMS. */
export const resendCooldown = 30;

/** Codes that one user can enter within a quarter of an hour, and for one verification. */
export const attempts = { perUser: 10, perVerification: 5, window: 900 };

import { type Provider, TwoFactorStrategy } from '../../../lib/index.js';
import type { Profile, Provided } from '../profile.js';

/**
 * Milliseconds. As long as can be: the timeouts of a provider and its fallback must be over before a
 * resend, and a slow machine must not meet them.
 */
export const patience = 14_000;

/** The strategy that takes any provider, on this one. */
export function strategyOn(provider: Provider): Provided['strategy'] {
  return (told, find) =>
    new TwoFactorStrategy<Express.User>({ ...told, provider }, async ({ userId }) => find(userId));
}

/** Where a message says what the app wants it to. */
export const textOfTheApp = {
  texts: 'of the app',
  options: { content: 'Your code for ACME is %(code)s. Tell nobody.' },
  text: (code: string) => `Your code for ACME is ${code}. Tell nobody.`,
} satisfies Partial<Profile>;

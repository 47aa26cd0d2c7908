import { type Provider, TwoFactorStrategy } from '../../../lib/index.js';
import type { Profile, Provided } from '../profile.js';

/**
 * Milliseconds. As long as possible, for slow machines: the timeouts of a provider and its fallback must
 * add up to less than the cooldown of a resend.
 */
export const patience = 14_000;

/** Constructs a strategy with any provider. */
export function strategyOn(provider: Provider): Provided['strategy'] {
  return (options, find) =>
    new TwoFactorStrategy<Express.User>({ ...options, provider }, async ({ userId }) =>
      find(userId),
    );
}

/** For a provider that sends the app's content. */
export const textOfTheApp = {
  texts: 'of the app',
  options: { content: "Your code for ACME is %(code)s. Don't share it." },
  text: (code: string) => `Your code for ACME is ${code}. Don't share it.`,
} satisfies Partial<Profile>;

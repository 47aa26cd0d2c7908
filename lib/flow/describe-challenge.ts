import { type Challenge, type ChallengeInfo, channelOf } from '../challenge/challenge.js';
import { maskDestination } from '../phone-number.js';
import type { FallbackChain } from '../providers/fallback.js';

/** Returns the parts of a challenge that may be shown. */
export function describeChallenge(
  { chain }: { readonly chain: Pick<FallbackChain, 'canCall'> },
  challenge: Challenge,
  more: Pick<ChallengeInfo, 'id' | 'attemptsRemaining' | 'reused'>,
): ChallengeInfo {
  return {
    purpose: challenge.purpose,
    destination: maskDestination(challenge.destination),
    channel: channelOf(challenge),
    callAvailable: chain.canCall,
    delivery: challenge.delivery.state,
    expiresAt: new Date(challenge.expiresAt),
    resendAt: new Date(challenge.resendAt),
    ...more,
  };
}

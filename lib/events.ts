import { channel } from 'node:diagnostics_channel';
import type { DestinationProblem } from './destination.js';

/** What an operator can watch on the `node:diagnostics_channel` named `passport-modica-2fa`. */
export type TwoFactorEvent =
  | ProviderWordUnmapped
  /**
   * Somebody could not be texted (`destination_unusable`), and why: the app has no number, or none in
   * E.164 form, or it is outside `allowedPrefixes`, or the provider refuses it.
   */
  | {
      readonly name: 'destination_unusable';
      readonly reason: DestinationProblem | 'refused_by_provider';
    };

interface ProviderWordUnmapped {
  /**
   * The provider used a word for the state of a code that no option maps. It was taken as a
   * refusal; where it means yes, add it to `acceptedStatuses`.
   */
  readonly name: 'provider_word_unmapped';
  readonly provider: string;
  readonly field: 'status' | 'error';
  readonly word: string;
  readonly requestId: string | undefined;
}

const events = channel('passport-modica-2fa');

/** Tells whoever listens; costs nothing when nobody does. */
export function publish(event: TwoFactorEvent): void {
  if (events.hasSubscribers) events.publish(event);
}

import { channel } from 'node:diagnostics_channel';

/** What an operator can watch on the `node:diagnostics_channel` named `passport-modica-2fa`. */
export type TwoFactorEvent = {
  /**
   * The provider used a word for the state of a code that no option maps. It was taken as a
   * refusal; where it means yes, add it to `acceptedStatuses`.
   */
  readonly name: 'provider_word_unmapped';
  readonly provider: string;
  readonly field: 'status' | 'error';
  readonly word: string;
  readonly requestId: string | undefined;
};

const events = channel('passport-modica-2fa');

/** Tells whoever listens; costs nothing when nobody does. */
export function publish(event: TwoFactorEvent): void {
  if (events.hasSubscribers) events.publish(event);
}

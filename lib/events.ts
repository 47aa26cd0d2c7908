import { channel } from 'node:diagnostics_channel';
import type { Purpose, UserId } from './challenge/challenge.js';
import type { TwoFactorErrorCode } from './errors.js';
import type { RefusalCode } from './outcome.js';
import type { DestinationProblem } from './phone-number.js';

/**
 * What an operator can watch on the `node:diagnostics_channel` named `passport-modica-2fa`. No event
 * holds a code, a credential or a full number.
 */
export type TwoFactorEvent =
  | PhaseEvent
  | ProviderEvent
  | DeviceEvent
  /**
   * A user cannot be texted, and why: the app has no number, or none in E.164 form, or `allowedPrefixes`
   * and `deniedPrefixes` rule it out, or the provider refuses it.
   */
  | {
      readonly name: 'destination_unusable';
      readonly strategy: string;
      readonly realm: string;
      readonly purpose: Purpose;
      readonly userId: UserId;
      readonly reason: DestinationProblem | 'refused_by_provider';
    }
  /**
   * Our clock differs by more than a minute from a provider's (`against` is its name), or from that of
   * another process of the app (`'memory'`): codes expire too early or too late. Once an hour.
   */
  | {
      readonly name: 'clock_off';
      readonly against: string;
      /** By which the other one is ahead of ours. */
      readonly seconds: number;
    }
  /**
   * The text takes more than one SMS, and each is paid for. One character outside GSM-7 makes it UCS-2,
   * of which 70 characters fit instead of 160.
   */
  | {
      readonly name: 'message_long';
      readonly segments: number;
      readonly characterSet: 'GSM-7' | 'UCS-2';
    };

/** How a phase ended. */
export type PhaseEvent = PhaseDetails &
  (
    | {
        readonly name: 'challenge_sent';
        readonly owasp: 'authn_token_created';
        readonly resend: boolean;
      }
    /** There was a live challenge already, and no SMS went out. */
    | { readonly name: 'challenge_reused' }
    | { readonly name: 'code_accepted'; readonly owasp: 'authn_login_success' }
    | Rejected<'code_incorrect', 'code_incorrect', 'authn_login_fail'>
    | Rejected<'code_expired', 'challenge_expired', 'authn_login_fail'>
    | Refused
    /** This failure has locked the user. Another event says which one it was. */
    | { readonly name: 'user_locked'; readonly owasp: 'authn_login_lock' }
    /** A trusted device took the place of the code. */
    | { readonly name: 'device_used'; readonly owasp: 'authn_login_success' }
    /** Something broke: the code of the error, `'unknown'` where it is not one of ours. */
    | { readonly name: 'failed'; readonly code: TwoFactorErrorCode | 'unknown' }
  );

interface Refused {
  readonly name: 'challenge_refused' | 'code_refused';
  readonly code: RefusalCode;
  /** The name that OWASP's logging vocabulary has for it, where it has one. */
  readonly owasp: OwaspEvent | undefined;
}

interface Rejected<Name extends string, Code extends RefusalCode, Owasp extends OwaspEvent> {
  readonly name: Name;
  readonly code: Code;
  readonly owasp: Owasp;
}

/** Of OWASP's Logging Vocabulary Cheat Sheet. */
export type OwaspEvent =
  | 'authn_login_fail'
  | 'authn_login_fail_max'
  | 'authn_login_lock'
  | 'authn_token_reuse'
  | 'excess_rate_limit_exceeded'
  | 'input_validation_fail'
  | 'sequence_fail';

/** Whom and what a phase was about, as far as it got. */
export interface PhaseDetails {
  readonly strategy: string;
  readonly realm: string;
  readonly purpose: Purpose;
  readonly userId: UserId | undefined;
  /** Masked. */
  readonly destination: string | undefined;
  /** The provider's own id of the request. */
  readonly requestId: string | undefined;
  /** Milliseconds. */
  readonly duration: number;
}

/** How the provider did. */
export type ProviderEvent =
  | {
      readonly name: 'provider_answered';
      readonly provider: string;
      readonly call: ProviderCall;
      /** What it made of the message or of the code. */
      readonly result: string;
      readonly requestId: string | undefined;
      /** Milliseconds. */
      readonly duration: number;
    }
  /** It took more than half of its `timeout`; what came of it is told by another event. */
  | {
      readonly name: 'provider_slow';
      readonly provider: string;
      readonly call: ProviderCall;
      /** Milliseconds. */
      readonly duration: number;
    }
  /**
   * An outage (`provider_failed`): not reached, no answer in time, a 5xx, not as documented. Or no outage at
   * all (`provider_misconfigured`): it refuses the credentials, or what it was asked to send was set up
   * wrongly; that lasts until somebody corrects it.
   */
  | {
      readonly name: 'provider_failed' | 'provider_misconfigured';
      readonly provider: string;
      readonly call: ProviderCall;
      readonly code: TwoFactorErrorCode | 'unknown';
      readonly requestId: string | undefined;
      /** Milliseconds. */
      readonly duration: number;
    }
  | {
      /**
       * The provider used a word that no option maps, and it was taken as a refusal. With `check` it is
       * about a code: where it means yes, add it to `acceptedStatuses`. With `send` it says why no message
       * was sent: map it in `sendErrorVerdicts`.
       */
      readonly name: 'provider_status_unmapped' | 'provider_error_unmapped';
      readonly provider: string;
      readonly call: ProviderCall;
      readonly word: string;
      readonly requestId: string | undefined;
    };

export type ProviderCall = 'send' | 'check';

/** What became of a trusted device. */
export type DeviceEvent = { readonly realm: string; readonly userId: UserId } & (
  | { readonly name: 'device_trusted'; readonly owasp: 'authn_token_created' }
  | { readonly name: 'device_revoked'; readonly owasp: 'authn_token_revoked' }
  /** A token that was used already: the device, or a thief, has the newer one. It is revoked. */
  | { readonly name: 'device_token_reused'; readonly owasp: 'authn_token_reuse' }
);

const events = channel('passport-modica-2fa');

/** Whether anybody listens: what only serves them is not done otherwise. */
export function isWatched(): boolean {
  return events.hasSubscribers;
}

/** Tells whoever listens; costs nothing when nobody does. */
export function publish(event: TwoFactorEvent): void {
  if (events.hasSubscribers) events.publish(event);
}

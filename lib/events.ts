import { channel } from 'node:diagnostics_channel';
import type { Purpose, UserId } from './challenge/challenge.js';
import type { TwoFactorErrorCode } from './error-codes.js';
import type { VerificationMethod } from './outcome.js';
import type { Channel, DestinationProblem } from './phone-number.js';
import type { OwaspEvent, RefusalCode } from './refusal.js';

/**
 * The events that are published on the `node:diagnostics_channel` named `passport-modica-2fa`. No event
 * contains a code, a credential or a full number.
 */
export type TwoFactorEvent =
  | PhaseEvent
  | ProviderEvent
  | DeviceEvent
  | {
      /**
       * No SMS can be sent to a user: the number is missing or not E.164, `allowedPrefixes` or `deniedPrefixes`
       * exclude it, or the provider refuses it.
       */
      readonly name: 'destination_unusable';
      readonly strategy: string;
      readonly realm: string;
      readonly purpose: Purpose;
      readonly userId: UserId;
      readonly reason: DestinationProblem | 'refused_by_provider';
    }
  | {
      /**
       * This process's clock differs by more than a minute from a provider's (`against` is its name) or from
       * another of the app's processes (`'another process'`), so codes expire too early or too late. At most
       * once an hour.
       */
      readonly name: 'clock_off';
      readonly against: string;
      /** How far the other clock is ahead. */
      readonly seconds: number;
    }
  | {
      /**
       * A connection to the database of `onRedis`, `onPostgres` or `onMysql` broke or could not be made. At most once a
       * minute for each client or pool.
       */
      readonly name: 'storage_connection_failed';
      /** `Redis`, `PostgreSQL` or `MySQL`. */
      readonly storage: string;
      readonly problem: string;
    }
  | {
      /**
       * The message takes more than one SMS segment, and each segment costs. A single character outside GSM-7
       * turns it into UCS-2, with 70 characters in a segment instead of 160.
       */
      readonly name: 'message_long';
      readonly segments: number;
      readonly characterSet: 'GSM-7' | 'UCS-2';
    };

/** The outcome of a phase. */
export type PhaseEvent = PhaseDetails &
  (
    | {
        /** A code was sent by SMS or call. `resend` says whether the user requested another one. */
        readonly name: 'challenge_sent';
        readonly owasp: 'authn_token_created';
        readonly resend: boolean;
        readonly channel: Channel;
      }
    | {
        /** A live challenge was reused, and no message was sent. */
        readonly name: 'challenge_reused';
      }
    | {
        /** The code was correct, and completed the login, the step-up or the enrolment. */
        readonly name: 'code_accepted';
        readonly owasp: 'authn_login_success';
        readonly method: Exclude<VerificationMethod, 'recovery_code'>;
      }
    | {
        /** A recovery code replaced the code from a message; `remaining` says how many the user has left. */
        readonly name: 'recovery_code_used';
        readonly owasp: 'authn_login_success';
        readonly remaining: number;
      }
    | {
        /** The provider rejected the code. */
        readonly name: 'code_incorrect';
        readonly code: 'code_incorrect';
        readonly owasp: 'authn_login_fail';
      }
    | {
        /** The code's lifetime was over. */
        readonly name: 'code_expired';
        readonly code: 'challenge_expired';
        readonly owasp: 'authn_login_fail';
      }
    | Refused
    | {
        /** This failure has locked the user. The failure itself is another event. */
        readonly name: 'user_locked';
        readonly owasp: 'authn_login_lock';
      }
    | {
        /** The option `required` returned false, so the login needed no second factor. */
        readonly name: 'second_factor_not_required';
        readonly owasp: 'authn_login_success';
      }
    | {
        /** A trusted device replaced the code. */
        readonly name: 'device_used';
        readonly owasp: 'authn_login_success';
      }
    | {
        /** A fault: `code` is the error's, or `'unknown'` for an error of another library. */
        readonly name: 'failed';
        readonly code: TwoFactorErrorCode | 'unknown';
      }
  );

interface Refused {
  /** A request for a code, or an answer to one, ended in the refusal `code`. */
  readonly name: 'challenge_refused' | 'code_refused';
  readonly code: RefusalCode;
  /** The event's name in OWASP's logging vocabulary, if it has one. */
  readonly owasp: OwaspEvent | undefined;
}

/** The details of a phase that are known when it ends. */
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

/** The result and health of a provider's calls. */
export type ProviderEvent =
  | {
      /** The provider answered a call as its API documents. */
      readonly name: 'provider_answered';
      readonly provider: string;
      readonly call: ProviderCall;
      /** The `kind` of the delivery, or the verdict on the code. */
      readonly result: string;
      readonly requestId: string | undefined;
      /** Milliseconds. */
      readonly duration: number;
    }
  | {
      /** A call took more than half of its `timeout`. Its result is another event. */
      readonly name: 'provider_slow';
      readonly provider: string;
      readonly call: ProviderCall;
      /** Milliseconds. */
      readonly duration: number;
    }
  | {
      /**
       * `provider_failed` is an outage: the provider cannot be reached, does not answer in time, or answers with
       * a 5xx or in an undocumented form. `provider_misconfigured` is not: it refuses the credentials, or the
       * configuration of the account is wrong, which lasts until it is corrected.
       */
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
       * The provider answered with a value (`word`) that no option maps, so it counts as a refusal: the code
       * is rejected, or no message is sent. With `check`, map it in Modica's `statusVerdicts` or
       * `errorVerdicts`, or in Infobip's `errorVerdicts`; a status of Modica's that means success belongs in
       * `acceptedStatuses`. With `send`, map it in Modica's `sendErrorVerdicts`. No option maps Infobip's result
       * of a number lookup, or Nexmo's statuses 3 and 6: these are documented, but do not say whether the
       * number, the message or the account is the cause.
       */
      readonly name: 'provider_status_unmapped' | 'provider_error_unmapped';
      readonly provider: string;
      readonly call: ProviderCall;
      readonly word: string;
      readonly requestId: string | undefined;
    };

export type ProviderCall = 'send' | 'check';

/** The life cycle of a trusted device. */
export type DeviceEvent = { readonly realm: string; readonly userId: UserId } & (
  | {
      /** A user trusted a device: `trust(request)` set its cookie. */
      readonly name: 'device_trusted';
      readonly owasp: 'authn_token_created';
    }
  | {
      /** `revoke` or `revokeAll` ended the trust in a device. */
      readonly name: 'device_revoked';
      readonly owasp: 'authn_token_revoked';
    }
  | {
      /** A token was used again after its successor, so the cookie was copied: the device is revoked. */
      readonly name: 'device_token_reused';
      readonly owasp: 'authn_token_reuse';
    }
);

const events = channel('passport-modica-2fa');

/** Whether the channel has subscribers; work that only serves events can be skipped otherwise. */
export function isWatched(): boolean {
  return events.hasSubscribers;
}

/** Publishes an event, at no cost without subscribers. */
export function publish(event: TwoFactorEvent): void {
  if (events.hasSubscribers) events.publish(event);
}

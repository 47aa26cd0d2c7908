import { z } from 'zod';

/** What the provider made of a message that it was asked to send. */
export type Delivery = Answered &
  (
    | {
        readonly kind: 'sent';
        /** The provider's own id of the challenge; kept on the server, never believed from a client. */
        readonly reference: string;
        /** Its own id of the challenge, where the reference holds more than that. Claimed once. */
        readonly uniqueId?: string | undefined;
        /** Seconds for which the code is good. */
        readonly codeLifetime: number;
        /** By which a delivery receipt will name the message, where the provider sends any. */
        readonly messageId?: string | undefined;
      }
    /** It refuses this number. Nothing was sent. */
    | { readonly kind: 'refused' }
    /**
     * It refuses the request, and nothing says whether the number, the account or the message is why.
     * Nothing was sent. `word` is the provider's own, scrubbed.
     */
    | { readonly kind: 'rejected'; readonly word: string }
    /** It has had too many requests. Nothing was sent. `retryAfter` in seconds. */
    | { readonly kind: 'throttled'; readonly retryAfter: number | undefined }
  );

interface Answered {
  /** The provider's own id of the request, to quote to its support desk. */
  readonly requestId?: string | undefined;
}

/** What the provider says of a code. Only `accepted` is a yes. */
export type Verdict = 'accepted' | 'rejected' | 'expired' | 'used' | 'exhausted';

/** The answer to a code. */
export interface Check extends Answered {
  readonly verdict: Verdict;
  /** What the provider itself still allows, where it says so. */
  readonly attemptsRemaining?: number | undefined;
}

/**
 * Who sends codes and checks them.
 *
 * Both calls throw a `ProviderUnavailableError` when the request never left, a
 * `ProviderCredentialsError` or `ProviderThrottledError` when it was turned away unread, and a
 * `ProviderOutcomeUnknownError` or `ProviderReplyError` when what became of it is not known.
 */
export interface Provider {
  readonly name: string;
  /** What a code of this provider can look like; anything else never reaches it. */
  readonly codePattern: RegExp;
  /** Seconds for which a code is good as long as the provider has not said so itself. */
  readonly codeLifetime: number;
  /** Milliseconds that a call takes at most. */
  readonly timeout: number;
  /** `content` holds `%(code)s` where the code goes; undefined for the provider's own text. */
  send(destination: string, content: string | undefined): Promise<Delivery>;
  check(reference: string, code: string): Promise<Check>;
  /** Sends the same code once more, where the provider can; without it a resend is a new code. */
  resend?(reference: string, destination: string, content: string | undefined): Promise<Delivery>;
  /** Told once that a code was used, or expired unused. Nobody waits for it. */
  reportOutcome?(reference: string, used: boolean): unknown;
}

/** What a code of a provider looks like. Where an API leaves it open: letters and digits, so that none is refused. */
export const codePatternSchema = z
  .instanceof(RegExp, { error: 'must be a regular expression' })
  // A global or sticky one remembers where it stopped, and refuses every other code.
  .refine(({ global, sticky }) => !global && !sticky, {
    error: 'must be a plain regular expression, neither global nor sticky',
  })
  .default(/^[0-9A-Za-z]{4,12}$/);

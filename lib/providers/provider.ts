// The contract of a provider.

/** The longest `codeLifetime` of any provider and delivery, in seconds. The counters that guard a challenge outlive it. */
export const longestCodeLifetime = 3600;

/** The result of a request to send a message. */
export type Delivery = Answer &
  (
    | {
        readonly kind: 'sent';
        /** The provider's reference to its challenge. Kept on the server, never read from a client. */
        readonly reference: string;
        /**
         * The provider's id for its challenge, if `reference` contains more than that. Two challenges with
         * the same id are an error: one request got the answer to another.
         */
        readonly uniqueId?: string | undefined;
        /** Seconds until the code expires: more than 0, at most 3600. */
        readonly codeLifetime: number;
        /** The id that delivery receipts use for this message, if the provider sends receipts. */
        readonly messageId?: string | undefined;
      }
    /** The provider refuses this number. Nothing was sent. */
    | { readonly kind: 'number_refused' }
    /**
     * The provider refuses the request, and its answer does not say whether the number, the account or
     * the message is the reason. Nothing was sent. `word` is the provider's own, scrubbed.
     */
    | { readonly kind: 'not_sent'; readonly word: string }
    /** The provider's rate limit is exceeded. Nothing was sent. `retryAfter` is in seconds. */
    | { readonly kind: 'throttled'; readonly retryAfter?: number | undefined }
  );

interface Answer {
  /** The provider's id of the request, to quote to its support desk. */
  readonly requestId?: string | undefined;
}

/** The provider's decision on a code. Only `accepted` completes the login. */
export type Verdict = 'accepted' | 'rejected' | 'expired' | 'used' | 'exhausted';

/** The result of checking a code. */
export interface Check extends Answer {
  readonly verdict: Verdict;
  /** Attempts that the provider still allows for this code, if it reports them. */
  readonly attemptsRemaining?: number | undefined;
}

/**
 * Sends codes and checks them. A delivery or a check that breaks the contract is a `ProviderReplyError`: its
 * outcome is unknown.
 *
 * `send`, `resend`, `call` and `check` reject with a `ProviderUnavailableError` if the request never left, with a
 * `ProviderCredentialsError` or `ProviderThrottledError` if it was not processed, and with a
 * `ProviderOutcomeUnknownError` or `ProviderReplyError` if its outcome is unknown. A fallback sends only
 * after a `ProviderUnavailableError`, a `ProviderCredentialsError` or a `ConfigurationError`: after any
 * other error a message may be on its way.
 */
export interface Provider {
  /** The name in events and challenges, unique within a strategy. It links a challenge to its provider. */
  readonly name: string;
  /** What a code looks like, without the flags g and y. Anything else is rejected without calling `check`. */
  readonly codePattern: RegExp;
  /** Seconds until a code expires, until `send` has reported it: more than 0, at most 3600. */
  readonly codeLifetime: number;
  /** Milliseconds that a call takes at most. */
  readonly timeout: number;
  /**
   * Sends a new code.
   *
   * @param destination - E.164
   * @param content - The text, with `%(code)s` in place of the code; undefined for the provider's own text.
   */
  send(destination: string, content: string | undefined): Promise<Delivery>;
  /** Checks a code against the challenge that `send` returned as `reference`. */
  check(reference: string, code: string): Promise<Check>;
  /** Sends the same code again. Without this method, a resend is a new code. */
  resend?(reference: string, destination: string, content: string | undefined): Promise<Delivery>;
  /**
   * Speaks a code in a phone call. Without this method, the provider makes no calls: a request for one goes to
   * the next provider that does, or is refused.
   *
   * @param destination - E.164
   * @param content - What the call must say, with `%(code)s` in place of the code; undefined for the provider's
   * own text. Content that it cannot say in full must be an error: it may be what the code approves.
   * @param reference - The challenge whose code is to be repeated; undefined for a new code.
   */
  call?(
    destination: string,
    content: string | undefined,
    reference: string | undefined,
  ): Promise<Delivery>;
  /** Called at most once per challenge: `used` is false if the code expired. Not awaited; an error becomes a warning. */
  reportOutcome?(reference: string, used: boolean): unknown;
}

import type { EventEmitter } from 'node:events';
import type {
  Emulator,
  EmulatorEvents,
  HeldReply,
  LostReply,
  ReplacedReply,
} from '../../lib/emulator/index.js';
import type { Provider, TwoFactorOptions, TwoFactorStrategy } from '../../lib/index.js';

/** What a provider is asked for. */
export type Call = 'send' | 'resend' | 'check';

/** What becomes of one request, wherever the provider has its path. */
export type ReplyOverride =
  | Omit<ReplacedReply, 'path'>
  | Omit<LostReply, 'path'>
  | Omit<HeldReply, 'path'>;

/** A reply that stands in for the true one, and what it is. */
export interface Reply {
  readonly what: string;
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a strategy is told beside its provider. */
export type StrategyOptions = Omit<TwoFactorOptions<Express.User>, 'passReqToCallback'>;

/** A provider that talks to an emulator of its own. */
export interface Provided {
  readonly provider: Provider;
  readonly emulator: EventEmitter<EmulatorEvents> &
    Pick<Emulator<never>, 'messages' | 'requests' | 'url' | 'start' | 'stop'>;
  /** A strategy on this provider, as an app would make it. */
  strategy(
    options: StrategyOptions,
    find: (id: number) => Express.User | undefined,
  ): TwoFactorStrategy<Express.User>;
  /** Overrides the reply to the next request that sends, sends again or checks. */
  overrideNextReply(call: Call, override: ReplyOverride): void;
  /** How often the provider was asked to send, a resend included. */
  sends(): number;
  /** How often it was asked to check a code. */
  checks(): number;
}

/** A provider under one set of settings, and what can be expected of it. */
export interface Profile {
  readonly title: string;
  /** The numbers of two users, which it texts. */
  readonly mobiles: { readonly alice: string; readonly bob: string };
  /** Milliseconds for which a code is good. */
  readonly lifetime: number;
  /** Whether a code is checked by a request to the provider, or by nobody but us. */
  readonly checks: 'there' | 'here';
  readonly resends: 'the same code' | 'another code';
  /** Whether the provider has a right code used up, too. */
  readonly usesUp?: boolean;
  /** Whether a message can say what the app wants it to. */
  readonly texts: 'of the app' | 'of the provider';
  readonly options?: Partial<StrategyOptions>;
  /** What stands for the code in its texts. */
  readonly placeholder: string;
  /** What the SMS of a login says. */
  text(code: string): string;
  /** What must be in no log. */
  readonly secrets: readonly string[];
  /** How the provider says that it sent nothing. */
  readonly refusals: {
    readonly number: readonly Reply[];
    readonly credentials: readonly Reply[];
    readonly throttled: readonly Reply[];
  };
  /**
   * Replies to a message and to a code that look like a yes, and are none; `<id>` stands for the id of
   * the message.
   */
  readonly broken: { readonly send: readonly Reply[]; readonly check: readonly Reply[] };
  start(): Promise<Provided>;
}

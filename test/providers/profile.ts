import type { EventEmitter } from 'node:events';
import type {
  Emulator,
  EmulatorEvents,
  HeldReply,
  LostReply,
  ReplacedReply,
} from '../../lib/emulator/index.js';
import type { Provider, TwoFactorOptions, TwoFactorStrategy } from '../../lib/index.js';

/** The requests of a provider; `call` repeats a code in a phone call. */
export type Call = 'send' | 'resend' | 'call' | 'check';

/** An override of one reply, whatever the provider's path. */
export type ReplyOverride =
  | Omit<ReplacedReply, 'path'>
  | Omit<LostReply, 'path'>
  | Omit<HeldReply, 'path'>;

/** A replaced reply, with its description. */
export interface Reply {
  readonly what: string;
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The options of a strategy except its provider. */
export type StrategyOptions = Omit<TwoFactorOptions<Express.User>, 'passReqToCallback'>;

/** A provider with its own emulator. */
export interface Provided {
  readonly provider: Provider;
  readonly emulator: EventEmitter<EmulatorEvents> &
    Pick<Emulator<never>, 'messages' | 'requests' | 'url' | 'start' | 'stop'>;
  /** Returns a strategy with this provider, as an app would construct it. */
  strategy(
    options: StrategyOptions,
    find: (id: number) => Express.User | undefined,
  ): TwoFactorStrategy<Express.User>;
  /** Overrides the reply to the next request of this call. */
  overrideNextReply(call: Call, override: ReplyOverride): void;
  /** The number of requests to send, resends and calls included. */
  sends(): number;
  /** The number of requests to check a code. */
  checks(): number;
}

/** A provider with certain settings, and its expected behaviour. */
export interface Profile {
  readonly title: string;
  /** The numbers of two users, which the provider accepts. */
  readonly mobiles: { readonly alice: string; readonly bob: string };
  /** Milliseconds until a code expires. */
  readonly lifetime: number;
  /** Whether a code is checked with a request to the provider, or locally. */
  readonly checks: 'there' | 'here';
  readonly resends: 'the same code' | 'another code';
  /** Whether the provider makes phone calls. */
  readonly calls: boolean;
  /** Whether the provider accepts a correct code only once. */
  readonly usesUp?: boolean;
  /** Whether a message can have the app's content. */
  readonly texts: 'of the app' | 'of the provider';
  readonly options?: Partial<StrategyOptions>;
  /** The placeholder for the code in its texts. */
  readonly placeholder: string;
  /** The text of a login's SMS. */
  text(code: string): string;
  /** What no log may contain. */
  readonly secrets: readonly string[];
  /** Replies that mean that nothing was sent. */
  readonly refusals: {
    readonly number: readonly Reply[];
    readonly credentials: readonly Reply[];
    readonly throttled: readonly Reply[];
  };
  /**
   * Replies to a send and to a check that resemble a success; `<id>` is replaced by the id of the message.
   */
  readonly broken: { readonly send: readonly Reply[]; readonly check: readonly Reply[] };
  start(): Promise<Provided>;
}

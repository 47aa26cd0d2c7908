// The provider of a strategy and its fallbacks: which one sends, which one checks, and the events of their calls.
import { LRUCache } from 'lru-cache';
import {
  asError,
  ConfigurationError,
  isTwoFactorError,
  ProviderCredentialsError,
  ProviderUnavailableError,
} from '../errors.js';
import { isWatched, type ProviderCall, publish } from '../events.js';
import type { Channel } from '../phone-number.js';
import { parseCheck, parseDelivery } from './answers.js';
import type { Check, Delivery, Provider } from './provider.js';

interface Message {
  readonly channel: Channel;
  readonly destination: string;
  readonly content: string | undefined;
  /** The message before, in a resend. */
  readonly before?: LastMessage | undefined;
}

/** A message that was sent, or may have been. */
interface LastMessage {
  /** The provider's reference of its challenge. */
  readonly reference?: string | undefined;
  /** The provider that gave the reference; the first of the chain by default. */
  readonly provider?: string | undefined;
  /** The provider whose answer was lost: the next message goes through another. */
  readonly lostBy?: string | undefined;
}

/** The provider that sent a challenge, and alone can check its codes. */
interface Sender {
  check(code: string): Promise<Check>;
  reportOutcome(used: boolean): void;
}

/** The outcome of a send, and the provider it came from. */
export type Sending = { readonly provider: string } & (
  | Delivery
  | {
      readonly kind: 'failed';
      readonly error: Error;
      /** True only when it is certain that nothing went out. */
      readonly neverSent: boolean;
    }
);

/** Milliseconds for which an unreachable provider is tried last, so that not every login waits for it. */
const skipUnreachableFor = 30_000;

/**
 * The strategy's provider and its fallbacks, in order. The next one sends only if the one before
 * provably did not. If that is unknown, none does: a message may be on its way, so the user decides
 * whether to request another, and a different provider sends it.
 */
export class FallbackChain {
  readonly #providers: readonly [Provider, ...Provider[]];
  readonly #unreachable = new Map<string, number>();
  /** LRU of reported challenges: codes entered into an expired one must not be reported each time. */
  readonly #reported = new LRUCache<string, true>({ maxSize: 10_000, sizeCalculation: () => 1 });

  constructor(first: Provider, ...others: readonly Provider[]) {
    this.#providers = [first, ...others];
  }

  /** The longest code lifetime in the chain, in seconds: an upper bound until a provider has answered. */
  get codeLifetime(): number {
    return Math.max(...this.#providers.map(({ codeLifetime }) => codeLifetime));
  }

  /** Whether any of the providers could have generated this code. */
  isCode(text: string): boolean {
    return this.#providers.some(({ codePattern }) => codePattern.test(text));
  }

  /** Whether any of the providers makes phone calls. */
  get canCall(): boolean {
    return this.#able('call').length > 0;
  }

  async send(message: Message): Promise<Sending> {
    const able = this.#able(message.channel);
    let answer: Sending = {
      kind: 'not_sent',
      word: 'no provider',
      provider: this.#providers[0].name,
    };
    for (const provider of this.#inOrder(able, message.before)) {
      const sending = await this.#sendBy(provider, message);
      if (!isNotSent(sending)) return sending;
      // If none sends it, report the first provider's reason, even when it was tried last.
      if (provider === able[0]) answer = sending;
    }
    return answer;
  }

  /** Undefined without a reference, and when its provider is no longer configured. */
  senderOf({ reference, provider: name }: LastMessage): Sender | undefined {
    const provider = this.#named(name);
    if (reference === undefined || provider === undefined) return undefined;
    return {
      check: async (code) =>
        provider.codePattern.test(code)
          ? observed(provider, 'check', async () =>
              parseCheck(provider.name, await provider.check(reference, code)),
            )
          : { verdict: 'rejected' },
      reportOutcome: (used) => void this.#reportOutcome(provider, reference, used),
    };
  }

  /** Fire and forget, at most once per challenge; a failure here must not fail a completed login. */
  async #reportOutcome(provider: Provider, reference: string, used: boolean): Promise<void> {
    const key = `${provider.name} ${reference}`;
    if (!provider.reportOutcome || this.#reported.has(key)) return;
    this.#reported.set(key, true);
    try {
      await provider.reportOutcome(reference, used);
    } catch (thrown) {
      process.emitWarning(asError(thrown));
    }
  }

  #named(name: string | undefined): Provider | undefined {
    const [first] = this.#providers;
    return name === undefined ? first : this.#providers.find((provider) => provider.name === name);
  }

  /** The providers that can send through a channel: all of them send SMS. */
  #able(channel: Channel): readonly Provider[] {
    return this.#providers.filter(({ call }) => channel === 'sms' || call !== undefined);
  }

  /** Unreachable providers come after the others, the one whose answer was lost comes last. */
  #inOrder(able: readonly Provider[], before: LastMessage | undefined): readonly Provider[] {
    const now = Date.now();
    const rank = ({ name }: Provider) => {
      if (name === before?.lostBy) return 2;
      return (this.#unreachable.get(name) ?? 0) > now ? 1 : 0;
    };
    return [...able].sort((one, other) => rank(one) - rank(other));
  }

  async #sendBy(provider: Provider, message: Message): Promise<Sending> {
    const { name } = provider;
    const { before } = message;
    const reference = this.#named(before?.provider) === provider ? before?.reference : undefined;
    try {
      const delivery = await observed(provider, 'send', async () =>
        parseDelivery(name, await deliver(provider, message, reference)),
      );
      this.#unreachable.delete(name);
      return { ...delivery, provider: name };
    } catch (fault) {
      const error = asError(fault);
      const neverSent = isNeverSent(error);
      // A misconfiguration is not an outage: try the provider again for the next message.
      if (neverSent && !(error instanceof ConfigurationError))
        this.#unreachable.set(name, Date.now() + skipUnreachableFor);
      return { kind: 'failed', provider: name, error, neverSent };
    }
  }
}

/** @param reference - The provider's own, if it sent the message before. */
function deliver(
  provider: Provider,
  { channel, destination, content }: Message,
  reference: string | undefined,
): Promise<Delivery> | undefined {
  // Never an SMS in place of a call: the user may be unable to read one.
  if (channel === 'call') return provider.call?.(destination, content, reference);
  return reference !== undefined && provider.resend
    ? provider.resend(reference, destination, content)
    : provider.send(destination, content);
}

/** Whether it is certain that this provider sent nothing, so that the next one may. */
function isNotSent(sending: Sending): boolean {
  return sending.kind === 'failed' ? sending.neverSent : sending.kind !== 'sent';
}

/** Whether a fault rules out that a message was sent. */
function isNeverSent(error: Error): boolean {
  return error instanceof ProviderUnavailableError || isMisconfigured(error);
}

/** Makes a call, times it and publishes its result; without a subscriber, only makes the call. */
async function observed<T extends Delivery | Check>(
  { name: provider, timeout }: Provider,
  call: ProviderCall,
  run: () => Promise<T>,
): Promise<T> {
  if (!isWatched()) return run();
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  try {
    const answer = await run();
    const result = 'verdict' in answer ? answer.verdict : answer.kind;
    const { requestId } = answer;
    publish({ name: 'provider_answered', provider, call, result, requestId, duration: elapsed() });
    return answer;
  } catch (error) {
    const { code, requestId } = isTwoFactorError(error)
      ? error
      : ({ code: 'unknown', requestId: undefined } as const);
    const name = isMisconfigured(error) ? 'provider_misconfigured' : 'provider_failed';
    publish({ name, provider, call, code, requestId, duration: elapsed() });
    throw error;
  } finally {
    const duration = elapsed();
    if (duration > timeout / 2) publish({ name: 'provider_slow', provider, call, duration });
  }
}

function isMisconfigured(error: unknown): boolean {
  return error instanceof ProviderCredentialsError || error instanceof ConfigurationError;
}

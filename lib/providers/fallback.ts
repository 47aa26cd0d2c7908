import { LRUCache } from 'lru-cache';
import {
  asError,
  ConfigurationError,
  isTwoFactorError,
  ProviderCredentialsError,
  ProviderUnavailableError,
} from '../errors.js';
import { isWatched, type ProviderCall, publish } from '../events.js';
import type { Check, Delivery, Provider } from './provider.js';

/** A message to be sent. */
interface Message {
  readonly destination: string;
  readonly content: string | undefined;
  /** With a resend: what became of the message before. */
  readonly before?: Trace | undefined;
}

/** What is known of a message that was sent, or may have been. */
interface Trace {
  /** By which the provider knows its challenge. */
  readonly reference?: string | undefined;
  /** Whose reference it is; the first one's where nothing is said. */
  readonly provider?: string | undefined;
  /** Whose answer was lost: the next message goes through another one. */
  readonly lostBy?: string | undefined;
}

/** The provider of one challenge. */
interface Owner {
  check(code: string): Promise<Check>;
  reportOutcome(used: boolean): void;
}

/** What became of a message, and through whom. */
type Sending = { readonly provider: string } & (
  | Delivery
  | {
      readonly kind: 'failed';
      readonly error: Error;
      /** Whether it is certain that no SMS went out. */
      readonly neverSent: boolean;
    }
);

/** Milliseconds for which one that could not be reached comes last, so that not every login waits for it. */
const passOver = 30_000;

/**
 * The providers in their order. The next one sends when the one before provably did not; when nobody
 * knows, none does: a second SMS is the user's to ask for, and then another provider's to send.
 */
export class ProviderChain {
  readonly #providers: readonly [Provider, ...Provider[]];
  readonly #unreachable = new Map<string, number>();
  /** Whoever enters codes into an expired challenge must not make us tell it again and again. */
  readonly #concluded = new LRUCache<string, true>({ maxSize: 10_000, sizeCalculation: () => 1 });

  constructor(first: Provider, ...others: readonly Provider[]) {
    this.#providers = [
      new WatchedProvider(first),
      ...others.map((provider) => new WatchedProvider(provider)),
    ];
  }

  /** Seconds for which a code may be good before its provider has said so. */
  get codeLifetime(): number {
    return Math.max(...this.#providers.map(({ codeLifetime }) => codeLifetime));
  }

  /** Whether this can be a code of any of them. */
  isCode(text: string): boolean {
    return this.#providers.some(({ codePattern }) => codePattern.test(text));
  }

  async send(message: Message): Promise<Sending> {
    const [first, ...others] = this.#inOrder(message.before);
    let sending = await this.#sendBy(first, message);
    let answer = sending;
    for (const provider of others) {
      if (!isNotSent(sending)) return sending;
      sending = await this.#sendBy(provider, message);
      if (provider === this.#providers[0]) answer = sending;
    }
    // Where nobody took it, the reason of the first of all is the one that matters, whenever it was asked.
    return isNotSent(sending) ? answer : sending;
  }

  /** Who can say whether a code is right; undefined where that is nobody, or none of these any more. */
  ownerOf({ reference, provider: name }: Trace): Owner | undefined {
    const provider = this.#named(name);
    if (reference === undefined || provider === undefined) return undefined;
    return {
      check: async (code) =>
        provider.codePattern.test(code) ? provider.check(reference, code) : { verdict: 'rejected' },
      reportOutcome: (used) => void this.#reportOutcome(provider, reference, used),
    };
  }

  /** It is only told, once, and a login that has ended must not fail by it. */
  async #reportOutcome(provider: Provider, reference: string, used: boolean): Promise<void> {
    const ended = `${provider.name} ${reference}`;
    if (!provider.reportOutcome || this.#concluded.has(ended)) return;
    this.#concluded.set(ended, true);
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

  /** Those that are not reached just now, and the one whose answer was lost, come last. */
  #inOrder(before: Trace | undefined): readonly [Provider, ...Provider[]] {
    const now = Date.now();
    const rank = ({ name }: Provider) => {
      if (name === before?.lostBy) return 2;
      return (this.#unreachable.get(name) ?? 0) > now ? 1 : 0;
    };
    const ordered: [Provider, ...Provider[]] = [...this.#providers];
    ordered.sort((one, other) => rank(one) - rank(other));
    return ordered;
  }

  async #sendBy(provider: Provider, { destination, content, before }: Message): Promise<Sending> {
    const { name } = provider;
    const again = before?.reference !== undefined && this.#named(before.provider) === provider;
    try {
      const delivery =
        again && provider.resend
          ? await provider.resend(before.reference, destination, content)
          : await provider.send(destination, content);
      if (!isKnown(delivery)) throw new TypeError(`${name} gave no known answer to a message`);
      this.#unreachable.delete(name);
      return { ...delivery, provider: name };
    } catch (fault) {
      const error = asError(fault);
      const neverSent = isNeverSent(error);
      // What the app set up wrongly is no outage: it is asked again at once.
      if (neverSent && !(error instanceof ConfigurationError))
        this.#unreachable.set(name, Date.now() + passOver);
      return { kind: 'failed', provider: name, error, neverSent };
    }
  }
}

/** Of a provider that keeps to no type nobody knows what it did. */
function isKnown(delivery: Delivery): boolean {
  return ['sent', 'refused', 'rejected', 'throttled'].includes(delivery?.kind);
}

/** Whether it is certain that this one sent nothing, so that another one may. */
function isNotSent(sending: Sending): boolean {
  return sending.kind === 'failed' ? sending.neverSent : sending.kind !== 'sent';
}

/** A fault after which it is certain that no SMS went out. */
function isNeverSent(error: Error): boolean {
  return (
    error instanceof ProviderUnavailableError ||
    error instanceof ProviderCredentialsError ||
    error instanceof ConfigurationError
  );
}

/** A provider whose calls are timed and told to whoever listens; the very same when nobody does. */
export class WatchedProvider implements Provider {
  readonly name: string;
  readonly codePattern: RegExp;
  readonly codeLifetime: number;
  readonly timeout: number;
  // Absent where the provider has none: whoever has the same code sent again must know.
  readonly resend?: NonNullable<Provider['resend']>;
  readonly reportOutcome?: NonNullable<Provider['reportOutcome']>;

  constructor(private readonly provider: Provider) {
    this.name = provider.name;
    this.codePattern = provider.codePattern;
    this.codeLifetime = provider.codeLifetime;
    this.timeout = provider.timeout;
    const { reportOutcome, resend } = provider;
    if (reportOutcome) this.reportOutcome = reportOutcome.bind(provider);
    if (resend) {
      this.resend = (reference, destination, content) =>
        this.#watch(
          'send',
          () => resend.call(provider, reference, destination, content),
          ({ kind }) => kind,
        );
    }
  }

  send(destination: string, content: string | undefined): Promise<Delivery> {
    return this.#watch(
      'send',
      () => this.provider.send(destination, content),
      ({ kind }) => kind,
    );
  }

  check(reference: string, code: string): Promise<Check> {
    return this.#watch(
      'check',
      () => this.provider.check(reference, code),
      ({ verdict }) => verdict,
    );
  }

  async #watch<T extends { readonly requestId?: string | undefined }>(
    call: ProviderCall,
    run: () => Promise<T>,
    resultOf: (answer: T) => string,
  ): Promise<T> {
    if (!isWatched()) return run();
    const { name: provider } = this;
    const startedAt = performance.now();
    const lasted = () => performance.now() - startedAt;
    try {
      const answer = await run();
      const { requestId } = answer;
      const result = resultOf(answer);
      publish({ name: 'provider_answered', provider, call, result, requestId, duration: lasted() });
      return answer;
    } catch (error) {
      const { code, requestId } = isTwoFactorError(error)
        ? error
        : ({ code: 'unknown', requestId: undefined } as const);
      const name = isSetUpWrongly(error) ? 'provider_misconfigured' : 'provider_failed';
      publish({ name, provider, call, code, requestId, duration: lasted() });
      throw error;
    } finally {
      const duration = lasted();
      if (duration > this.timeout / 2) publish({ name: 'provider_slow', provider, call, duration });
    }
  }
}

function isSetUpWrongly(error: unknown): boolean {
  return error instanceof ProviderCredentialsError || error instanceof ConfigurationError;
}

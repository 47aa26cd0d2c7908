import { isTwoFactorError, ProviderCredentialsError, SetupError } from '../errors.js';
import { isWatched, type ProviderCall, publish } from '../events.js';
import type { Check, Delivery, Provider } from './provider.js';

/** A provider whose calls are timed and told to whoever listens; the very same when nobody does. */
export class WatchedProvider implements Provider {
  readonly name: string;
  readonly codeForm: RegExp;
  readonly lifetime: number;
  readonly timeout: number;
  // Absent where the provider has none: whoever has the same code sent again must know.
  readonly resend?: NonNullable<Provider['resend']>;
  readonly conclude?: NonNullable<Provider['conclude']>;

  constructor(private readonly provider: Provider) {
    this.name = provider.name;
    this.codeForm = provider.codeForm;
    this.lifetime = provider.lifetime;
    this.timeout = provider.timeout;
    const { conclude, resend } = provider;
    if (conclude) this.conclude = conclude.bind(provider);
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
      const name = isSetUpWrongly(error) ? 'provider_misconfigured' : 'provider_down';
      publish({ name, provider, call, code, requestId, duration: lasted() });
      throw error;
    } finally {
      const duration = lasted();
      if (duration > this.timeout / 2) publish({ name: 'provider_slow', provider, call, duration });
    }
  }
}

function isSetUpWrongly(error: unknown): boolean {
  return error instanceof ProviderCredentialsError || error instanceof SetupError;
}

import {
  ProviderCredentialsError,
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  ProviderThrottledError,
  ProviderUnavailableError,
} from '../../../lib/errors.js';
import type {
  Check as Answer,
  Delivery,
  Provider,
  Verdict,
} from '../../../lib/providers/provider.js';
import { Faults } from './faults.js';
import { currentRequest, type Request } from './requests.js';

/** What the provider does with a request, other than what it should. */
export type ProviderFault =
  /** Nothing arrives. */
  | 'down'
  /** It does as it was asked, and its answer is lost. */
  | 'lost'
  /** It gets the request and does nothing. */
  | 'server error'
  | 'credentials'
  | 'throttled'
  /** It does what it is asked, and what answers is not the API. */
  | 'nonsense'
  /** It refuses the request with an unmapped word. */
  | 'rejected';

/** An SMS that went out. */
export interface Message {
  readonly reference: string;
  readonly destination: string;
  readonly code: string;
  readonly at: number;
  readonly expiresAt: number;
  readonly request: Request;
}

/** A code that reached the provider. */
export interface Check {
  readonly request: Request;
  readonly reference: string;
  readonly verdict: Verdict;
  readonly at: number;
}

const words = { problem: 'A fault of the model', hint: 'None' };

/**
 * A provider that knows no limits and takes a code as often as it comes: whatever is refused beyond
 * a wrong or late code is refused by us.
 */
export class ModelProvider implements Provider {
  readonly name = 'model';
  readonly codePattern = /^\d{6}$/;
  readonly codeLifetime = 300;
  readonly timeout = 1000;
  readonly faults = new Faults<ProviderFault>();
  readonly messages: Message[] = [];
  readonly checks: Check[] = [];

  constructor(private readonly turn: () => Promise<void>) {}

  async send(destination: string): Promise<Delivery> {
    const fault = await this.arrive();
    if (fault === 'throttled') return { kind: 'throttled', retryAfter: 1 };
    if (fault === 'rejected') return { kind: 'not_sent', word: 'broadcast_limit' };
    if (fault === 'server error') throw new ProviderOutcomeUnknownError(words);
    const count = this.messages.length + 1;
    const message: Message = {
      reference: `challenge ${count}`,
      destination,
      code: String(100_000 + count),
      at: Date.now(),
      expiresAt: Date.now() + this.codeLifetime * 1000,
      request: currentRequest(),
    };
    this.messages.push(message);
    await this.leave(fault);
    return { kind: 'sent', reference: message.reference, codeLifetime: this.codeLifetime };
  }

  async check(reference: string, code: string): Promise<Answer> {
    const fault = await this.arrive();
    const message = this.messages.find((sent) => sent.reference === reference);
    const verdict = verdictOn(message, code);
    const request = currentRequest();
    this.checks.push({ request, reference, verdict, at: Date.now() });
    if (fault === 'throttled') throw new ProviderThrottledError(words);
    if (fault === 'server error') throw new ProviderOutcomeUnknownError(words);
    await this.leave(fault);
    request.verdict = verdict;
    return { verdict };
  }

  /** The way there: what fails on it has not arrived. */
  private async arrive(): Promise<ProviderFault | undefined> {
    const fault = this.faults.take();
    await this.turn();
    if (fault === 'down') throw new ProviderUnavailableError(words);
    if (fault === 'credentials') throw new ProviderCredentialsError(words);
    return fault;
  }

  private async leave(fault: ProviderFault | undefined): Promise<void> {
    await this.turn();
    if (fault === 'nonsense' || fault === 'rejected') throw new ProviderReplyError(words);
    if (fault !== undefined) throw new ProviderOutcomeUnknownError(words);
  }
}

function verdictOn(message: Message | undefined, code: string): Verdict {
  if (message === undefined || message.code !== code) return 'rejected';
  return Date.now() < message.expiresAt ? 'accepted' : 'expired';
}

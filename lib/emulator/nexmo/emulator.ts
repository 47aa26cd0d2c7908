import { Emulator } from '../server/emulator.js';
import { Conversions, NexmoApi, type NexmoConversion, SentMessages } from './api.js';
import type { NexmoPath } from './api-facts.js';
import {
  type NexmoEmulatorOptions,
  type NexmoSettings,
  parseNexmoOptions,
  parseWebhook,
} from './options.js';
import {
  callUntilTaken,
  type NexmoEmulatorReceipt,
  type NexmoReceiptDelivery,
  receiptOf,
} from './receipts.js';

/** What a provider must be told to reach an emulator. */
export interface NexmoEmulatorAccount {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly baseUrl: string;
  /** Nexmo's Conversion API has a host of its own; here it is the same. */
  readonly conversionBaseUrl: string;
}

/** Nexmo's US short-code 2FA API on this machine, made by {@link createNexmoEmulator}. */
export class NexmoEmulator extends Emulator<NexmoPath> {
  readonly #settings: NexmoSettings;
  readonly #sent: SentMessages;
  readonly #conversions: Conversions;
  #webhook: URL | undefined;

  /** @internal */
  constructor(settings: NexmoSettings) {
    const sent = new SentMessages();
    const conversions = new Conversions(settings, sent);
    super((deliver) => new NexmoApi(settings, { sent, conversions }, deliver));
    this.#settings = settings;
    this.#sent = sent;
    this.#conversions = conversions;
    this.#webhook = settings.webhook;
  }

  /**
   * What a provider must be told to reach the emulator, to be spread into its options.
   * @throws Error if the emulator is not started
   */
  get account(): NexmoEmulatorAccount {
    const { apiKey, apiSecret } = this.#settings;
    return { apiKey, apiSecret, baseUrl: this.url, conversionBaseUrl: this.url };
  }

  /** What the app told the Conversion API, oldest first; limit as in `messages`. */
  get conversions(): readonly NexmoConversion[] {
    return this.#conversions.all;
  }

  /** Where delivery receipts go, for an app that learns its own address after the emulator's. */
  get webhook(): URL | undefined {
    return this.#webhook;
  }

  set webhook(url: string | URL | undefined) {
    this.#webhook = url === undefined ? undefined : parseWebhook(url);
  }

  /**
   * Sends the delivery receipt of a message to the webhook, again until it answers 200, five times
   * at most. No receipt goes out of itself: Nexmo's come whenever the carrier's do.
   *
   * @param messageId - `id` of the message: `emulator.messages.at(-1)?.id`
   * @throws Error without a webhook, or if no such message was sent
   *
   * @example
   * await emulator.deliverReceipt(id, { status: 'delivered' });
   * await emulator.deliverReceipt(id, { status: 'failed', errCode: 3 });
   * await emulator.deliverReceipt(id, { status: 'delivered', signature: 'forged' });
   */
  async deliverReceipt(
    messageId: string,
    receipt: NexmoEmulatorReceipt,
  ): Promise<NexmoReceiptDelivery> {
    const message = this.#sent.find(messageId);
    if (message === undefined) throw new Error(`No message ${messageId} was sent`);
    return this.#call(receiptOf(message, receipt, this.#settings));
  }

  /**
   * Sends a receipt again as it was: with its time, its nonce and its signature.
   * @throws Error without a webhook
   */
  async replayReceipt({ parameters }: NexmoReceiptDelivery): Promise<NexmoReceiptDelivery> {
    return this.#call(parameters);
  }

  async #call(parameters: NexmoReceiptDelivery['parameters']): Promise<NexmoReceiptDelivery> {
    if (this.#webhook === undefined) {
      throw new Error('The emulator has no webhook: set the option, or emulator.webhook');
    }
    const answers = await callUntilTaken(this.#webhook, this.#settings.webhookMethod, parameters);
    return { parameters, answers };
  }
}

/**
 * Creates an emulator of Nexmo's US short-code 2FA API and of its Conversion API, for tests and for
 * development without an account. It sends no SMS: read them from `messages` or listen for `message`.
 *
 * @example
 * const emulator = createNexmoEmulator({ statusFor: ({ to }) => (to === barred ? '7' : '0') });
 * await emulator.start();
 * const { apiKey, apiSecret, baseUrl } = emulator.account;
 * // log in; then
 * const code = emulator.messages.at(-1)?.code;
 * await emulator.stop();
 */
export function createNexmoEmulator(options: NexmoEmulatorOptions = {}): NexmoEmulator {
  return new NexmoEmulator(parseNexmoOptions(options));
}

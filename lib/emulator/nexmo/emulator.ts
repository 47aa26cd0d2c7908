// The public class of the Nexmo emulator, and the function that creates it.
import { BoundedList } from '../server/bounded-list.js';
import { Emulator } from '../server/emulator.js';
import { findMessage, NexmoApi, type NexmoConversion, type NexmoRecords } from './api.js';
import type { NexmoPath } from './api-facts.js';
import {
  type NexmoEmulatorOptions,
  type NexmoSettings,
  parseNexmoOptions,
  parseWebhook,
} from './options.js';
import {
  callWebhook,
  type NexmoEmulatorReceipt,
  type NexmoReceiptDelivery,
  receiptParameters,
} from './receipts.js';

/** The account of a Nexmo emulator, as options of `NexmoProvider`. */
export interface NexmoEmulatorAccount {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly baseUrl: string;
  /** Nexmo's Conversion API has its own host; the emulator's has the same as the other API. */
  readonly conversionBaseUrl: string;
}

/** An emulator of Nexmo's US short code 2FA API, created by {@link createNexmoEmulator}. */
export class NexmoEmulator extends Emulator<NexmoPath> {
  readonly #settings: NexmoSettings;
  readonly #records: NexmoRecords;
  #webhook: URL | undefined;

  /** @internal */
  constructor(settings: NexmoSettings) {
    const records: NexmoRecords = { sent: new BoundedList(), conversions: new BoundedList() };
    super((deliver) => new NexmoApi(settings, records, deliver));
    this.#settings = settings;
    this.#records = records;
    this.#webhook = settings.webhook;
  }

  /**
   * Credentials and base URLs of the emulated account, to spread into a provider's options.
   *
   * @throws Error if the emulator is not started
   */
  get account(): NexmoEmulatorAccount {
    const { apiKey, apiSecret } = this.#settings;
    return { apiKey, apiSecret, baseUrl: this.url, conversionBaseUrl: this.url };
  }

  /** What the app reported to the Conversion API, oldest first; live and limited like `messages`. */
  get conversions(): readonly NexmoConversion[] {
    return this.#records.conversions.items;
  }

  /**
   * The endpoint for delivery receipts. If the app's address is not known earlier, set it once the app is
   * listening.
   *
   * @throws ConfigurationError if it is set to something other than an http or https URL
   */
  get webhook(): URL | undefined {
    return this.#webhook;
  }

  set webhook(url: string | URL | undefined) {
    this.#webhook = url === undefined ? undefined : parseWebhook(url);
  }

  /**
   * Sends the delivery receipt of a message to the webhook, up to five times until the reply is 200. The
   * emulator never sends a receipt on its own.
   *
   * @param messageId - `id` of the message: `emulator.messages.at(-1)?.id`
   * @throws Error if there is no webhook or no such message
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
    const message = findMessage(this.#records, messageId);
    if (message === undefined) throw new Error(`No message with the id ${messageId} was sent.`);
    return this.#call(receiptParameters(message, receipt, this.#settings));
  }

  /**
   * Sends a receipt again, unchanged: with the same timestamp, nonce and signature.
   *
   * @throws Error if there is no webhook
   */
  async replayReceipt({ parameters }: NexmoReceiptDelivery): Promise<NexmoReceiptDelivery> {
    return this.#call(parameters);
  }

  async #call(parameters: NexmoReceiptDelivery['parameters']): Promise<NexmoReceiptDelivery> {
    if (this.#webhook === undefined) {
      throw new Error('The emulator has no webhook. Set the option "webhook" or emulator.webhook.');
    }
    const answers = await callWebhook(this.#webhook, this.#settings.webhookMethod, parameters);
    return { parameters, answers };
  }
}

/**
 * Creates an emulator of Nexmo's US short code 2FA API and of its Conversion API, for tests and for
 * development without an account. It sends no SMS: read each message from `messages`, or listen for the
 * event `message`.
 *
 * @throws ConfigurationError with the code `option_invalid`
 *
 * @example
 * const emulator = createNexmoEmulator({ statusFor: ({ to }) => (to === barred ? '7' : '0') });
 * await emulator.start();
 * const provider = new NexmoProvider(emulator.account);
 * // Log in, then read the code:
 * const code = emulator.messages.at(-1)?.code;
 * await emulator.stop();
 */
export function createNexmoEmulator(options: NexmoEmulatorOptions = {}): NexmoEmulator {
  return new NexmoEmulator(parseNexmoOptions(options));
}

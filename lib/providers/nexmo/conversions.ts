// Reports used codes to Nexmo's Conversion API.
import { basicToken } from '../http/basic-auth.js';
import { Transport } from '../http/transport.js';
import type { Endpoint } from '../options.js';

interface Account {
  readonly apiKey: string;
  readonly apiSecret: string;
}

/**
 * Reports to Nexmo's Conversion API which messages led to a login, for Nexmo's routing. A login neither
 * waits for a report nor fails with it, so every error is swallowed here.
 */
export class ConversionReporter {
  readonly #transport: Transport;
  /** Set after Nexmo has refused a report: it would refuse all of them. */
  #disabled = false;

  constructor({ apiKey, apiSecret }: Account, endpoint: Endpoint) {
    const token = basicToken(apiKey, apiSecret);
    this.#transport = new Transport({
      ...endpoint,
      name: 'Nexmo',
      headers: { authorization: `Basic ${token}` },
      secrets: [apiKey, apiSecret, token],
    });
  }

  /** Fire and forget: never throws. */
  report(messageId: string, delivered: boolean): void {
    if (this.#disabled) return;
    void this.#post(messageId, delivered).catch(() => undefined);
  }

  async #post(messageId: string, delivered: boolean): Promise<void> {
    const query = new URLSearchParams({
      'message-id': messageId,
      delivered: String(delivered),
      timestamp: writeTime(new Date()),
    });
    const { status } = await this.#transport.call({
      method: 'POST',
      path: `/conversions/sms?${query}`,
    });
    if (status === 401 || status === 402) this.#disable(status);
  }

  /** According to the API document, 401 means wrong credentials, and 402 an account without the API. */
  #disable(status: 401 | 402): void {
    if (this.#disabled) return;
    this.#disabled = true;
    process.emitWarning(
      status === 402
        ? 'Nexmo has not enabled the Conversion API for this account. No more conversions are reported. Ask Nexmo to enable it, or remove the option "conversion".'
        : 'Nexmo refuses the credentials for its Conversion API. No more conversions are reported.',
      { type: 'PassportModica2faWarning', code: 'NEXMO_CONVERSION_REFUSED' },
    );
  }
}

/** The format of the API document: yyyy-MM-dd HH:mm:ss, in UTC. */
function writeTime(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}

import { type Service, Transport } from '../http/transport.js';

type Reached = Pick<Service, 'baseUrl' | 'agent' | 'timeout'>;

interface Account {
  readonly apiKey: string;
  readonly apiSecret: string;
}

/**
 * Nexmo's Conversion API: tells which messages led to a login. It is a favour to Nexmo's routing and
 * nothing that a login waits for or fails by, so whatever goes wrong with it ends here.
 */
export class Conversions {
  readonly #transport: Transport;
  /** Set once Nexmo has said that this account may not. */
  #barred = false;

  constructor({ apiKey, apiSecret }: Account, reached: Reached) {
    const authorization = `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}`;
    this.#transport = new Transport({ ...reached, name: 'Nexmo', headers: { authorization } });
  }

  /** Never throws, and gives nothing to wait for. */
  tell(messageId: string, delivered: boolean): void {
    if (this.#barred) return;
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
    if (status === 401 || status === 402) this.#bar(status);
  }

  /** The document: 401 for wrong credentials, 402 where the account has not been enabled. */
  #bar(status: 401 | 402): void {
    if (this.#barred) return;
    this.#barred = true;
    process.emitWarning(
      status === 402
        ? 'Nexmo has not enabled the Conversion API for this account: ask its support, or leave out the option "conversion". No more conversions are told.'
        : 'Nexmo refuses the credentials for its Conversion API. No more conversions are told.',
      { type: 'PassportModica2faWarning', code: 'NEXMO_CONVERSION_REFUSED' },
    );
  }
}

/** As the document wants it: yyyy-MM-dd HH:mm:ss, in UTC. */
function writeTime(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}

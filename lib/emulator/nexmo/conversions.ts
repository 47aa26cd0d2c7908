import { Recent } from '../server/recent.js';
import { empty, type Reply } from '../server/reply.js';
import type { RecordedRequest } from '../server/request.js';
import { authenticate } from './authentication.js';
import type { Settings } from './options.js';
import type { SentMessages } from './sent.js';
import type { Parameters } from './signature.js';
import { documented } from './vocabulary.js';

/** What the app said became of a message. */
export interface NexmoConversion {
  readonly messageId: string;
  /** Whether the user entered the PIN. */
  readonly delivered: boolean;
  /** When, as the app wrote it: 'yyyy-MM-dd HH:mm:ss', in UTC. */
  readonly timestamp: string;
}

const { conversion } = documented;

/** The Conversion API. Which of its two statuses an invalid parameter has is invented. */
export class Conversions {
  readonly #conversions = new Recent<NexmoConversion>();
  readonly #settings: Settings;
  readonly #sent: SentMessages;

  constructor(settings: Settings, sent: SentMessages) {
    this.#settings = settings;
    this.#sent = sent;
  }

  get all(): readonly NexmoConversion[] {
    return this.#conversions.items;
  }

  record(request: RecordedRequest, parameters: Parameters): Reply {
    if (authenticate(request, parameters, this.#settings) !== undefined) {
      return empty(conversion.credentials);
    }
    if (!this.#settings.conversions) return empty(conversion.notEnabled);
    const messageId = parameters.get('message-id') ?? '';
    const delivered = parameters.get('delivered') ?? '';
    const timestamp = parameters.get('timestamp') ?? '';
    const isValid =
      /^(true|false)$/.test(delivered) && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(timestamp);
    if (!isValid) return empty(conversion.invalid);
    if (this.#sent.find(messageId) === undefined) return empty(conversion.unknownMessage);
    this.#conversions.add({ messageId, delivered: delivered === 'true', timestamp });
    return empty(conversion.recorded);
  }
}

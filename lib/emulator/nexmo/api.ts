import { randomBytes } from 'node:crypto';
import { BoundedList } from '../server/bounded-list.js';
import type { Api, Deliver } from '../server/emulator.js';
import {
  type EmulatorReply,
  empty,
  json,
  type ReceivedRequest,
  type RecordedRequest,
} from '../server/http.js';
import { type NexmoPath, nexmoAssumed, nexmoSpec } from './api-facts.js';
import type { NexmoSettings } from './options.js';
import {
  authenticate,
  type NexmoEmulatorRequest,
  type NexmoRejection,
  type RequestParameters,
  readParameters,
  readRequest,
  rejection,
} from './request.js';

/** What the API does with a request: its two resources. */
export class NexmoApi implements Api<NexmoPath> {
  readonly basePath = '';
  readonly paths = nexmoSpec.paths;
  readonly #settings: NexmoSettings;
  readonly #sent: SentMessages;
  readonly #conversions: Conversions;
  readonly #deliver: Deliver;

  constructor(
    settings: NexmoSettings,
    records: { readonly sent: SentMessages; readonly conversions: Conversions },
    deliver: Deliver,
  ) {
    this.#settings = settings;
    this.#sent = records.sent;
    this.#conversions = records.conversions;
    this.#deliver = deliver;
  }

  /** That what is no request of the API has an HTTP status of its own is invented. */
  process({ recorded, path, tooLarge }: ReceivedRequest<NexmoPath>): EmulatorReply {
    const methods = path === '/sc/us/2fa/json' ? ['GET', 'POST'] : ['POST'];
    if (path === undefined) return empty(404);
    if (!methods.includes(recorded.method)) return empty(405, { Allow: methods.join(', ') });
    if (tooLarge) return empty(413);
    const parameters = readParameters(recorded);
    return path === '/sc/us/2fa/json'
      ? this.#send(recorded, parameters)
      : this.#conversions.record(recorded, parameters);
  }

  unprocessed(): EmulatorReply {
    return empty(503);
  }

  fault(reason: unknown): EmulatorReply {
    return json(500, { 'error-text': `emulator_fault: ${reason}` });
  }

  #send(recorded: RecordedRequest, parameters: RequestParameters): EmulatorReply {
    const refused = authenticate(recorded, parameters, this.#settings);
    if (refused !== undefined) return rejectedReply(refused, parameters);
    const read = readRequest(parameters, this.#settings.template);
    if (!read.valid) return rejectedReply(read.refusal, parameters);

    const { request } = read;
    const status = this.#settings.statusFor(request) ?? '0';
    if (status !== '0') return rejectedReply(rejection(status), parameters);

    const { messageId } = this.#sent.add(request);
    this.#deliver({
      to: `+${request.to}`,
      text: request.text,
      code: request.pin,
      sentAt: new Date(this.#settings.now()),
      from: nexmoAssumed.shortCode,
      id: messageId,
    });
    return reply({
      status,
      'message-id': messageId,
      to: request.to,
      'client-ref': request.clientRef,
      'remaining-balance': nexmoAssumed.remainingBalance,
      'message-price': nexmoAssumed.messagePrice,
      network: nexmoAssumed.network,
    });
  }
}

/** 200 whatever became of it, and the count is a string. */
function reply(message: Readonly<Record<string, string | undefined>>): EmulatorReply {
  return json(200, { 'message-count': '1', messages: [message] });
}

function rejectedReply(
  { status, errorText }: NexmoRejection,
  parameters: RequestParameters,
): EmulatorReply {
  return reply({ status, to: parameters.get('to'), 'error-text': errorText });
}

/** What the app said became of a message. */
export interface NexmoConversion {
  readonly messageId: string;
  /** Whether the user entered the PIN. */
  readonly delivered: boolean;
  /** When, as the app wrote it: 'yyyy-MM-dd HH:mm:ss', in UTC. */
  readonly timestamp: string;
}

const { conversion } = nexmoSpec;

/** The Conversion API. Which of its two statuses an invalid parameter has is invented. */
export class Conversions {
  readonly #conversions = new BoundedList<NexmoConversion>();
  readonly #settings: NexmoSettings;
  readonly #sent: SentMessages;

  constructor(settings: NexmoSettings, sent: SentMessages) {
    this.#settings = settings;
    this.#sent = sent;
  }

  get all(): readonly NexmoConversion[] {
    return this.#conversions.items;
  }

  record(request: RecordedRequest, parameters: RequestParameters): EmulatorReply {
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

export interface SentMessage {
  /** '8 to 16 characters'. */
  readonly messageId: string;
  readonly request: NexmoEmulatorRequest;
}

/** The messages that were sent, which receipts and conversions are about. */
export class SentMessages {
  readonly #messages = new BoundedList<SentMessage>();

  add(request: NexmoEmulatorRequest): SentMessage {
    const messageId = randomBytes(8).toString('hex').toUpperCase();
    const message = { messageId, request };
    this.#messages.add(message);
    return message;
  }

  find(messageId: string): SentMessage | undefined {
    return this.#messages.items.findLast((message) => message.messageId === messageId);
  }
}

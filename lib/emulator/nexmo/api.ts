// How Nexmo's short code API and its Conversion API reply to a request.
import { randomBytes } from 'node:crypto';
import type { BoundedList } from '../server/bounded-list.js';
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
  readMessageRequest,
  readParameters,
  rejection,
} from './request.js';

/** A message that was sent, to which a delivery receipt or a conversion may refer. */
export interface SentMessage {
  /** '8 to 16 characters'. */
  readonly messageId: string;
  readonly request: NexmoEmulatorRequest;
}

/** What the app reported to the Conversion API about a message. */
export interface NexmoConversion {
  readonly messageId: string;
  /** Whether the user entered the PIN. */
  readonly delivered: boolean;
  /** As the app wrote it: 'yyyy-MM-dd HH:mm:ss' in UTC. */
  readonly timestamp: string;
}

/** The records that the emulator keeps. */
export interface NexmoRecords {
  readonly sent: BoundedList<SentMessage>;
  readonly conversions: BoundedList<NexmoConversion>;
}

export function findMessage({ sent }: NexmoRecords, messageId: string): SentMessage | undefined {
  return sent.items.findLast((message) => message.messageId === messageId);
}

const { conversion } = nexmoSpec;

/** Nexmo's two APIs: sends an SMS with the app's PIN, and records its conversion. */
export class NexmoApi implements Api<NexmoPath> {
  // Nexmo's base URL is a host alone.
  readonly basePath = '';
  readonly paths = nexmoSpec.paths;
  readonly #settings: NexmoSettings;
  readonly #records: NexmoRecords;
  readonly #deliver: Deliver;

  constructor(settings: NexmoSettings, records: NexmoRecords, deliver: Deliver) {
    this.#settings = settings;
    this.#records = records;
    this.#deliver = deliver;
  }

  /** The HTTP statuses 404, 405 and 413 are made up. */
  process({ recorded, path, tooLarge }: ReceivedRequest<NexmoPath>): EmulatorReply {
    if (path === undefined) return empty(404);
    const methods = path === '/sc/us/2fa/json' ? ['GET', 'POST'] : ['POST'];
    if (!methods.includes(recorded.method)) return empty(405, { Allow: methods.join(', ') });
    if (tooLarge) return empty(413);
    const parameters = readParameters(recorded);
    return path === '/sc/us/2fa/json'
      ? this.#send(recorded, parameters)
      : this.#recordConversion(recorded, parameters);
  }

  unprocessed(): EmulatorReply {
    return empty(503);
  }

  fault(reason: unknown): EmulatorReply {
    return json(500, { 'error-text': `emulator_fault: ${reason}` });
  }

  #send(recorded: RecordedRequest, parameters: RequestParameters): EmulatorReply {
    const refusal = authenticate(recorded, parameters, this.#settings);
    if (refusal !== undefined) return rejected(refusal, parameters);
    const read = readMessageRequest(parameters, this.#settings.template);
    if (!read.valid) return rejected(read.rejection, parameters);

    const { request } = read;
    const status = this.#settings.statusFor(request) ?? '0';
    if (status !== '0') return rejected(rejection(status), parameters);

    const messageId = randomBytes(8).toString('hex').toUpperCase();
    this.#records.sent.add({ messageId, request });
    this.#deliver({
      channel: 'sms',
      to: `+${request.to}`,
      text: request.text,
      code: request.pin,
      sentAt: new Date(this.#settings.now()),
      from: nexmoAssumed.shortCode,
      id: messageId,
    });
    return messageReply({
      status,
      'message-id': messageId,
      to: request.to,
      'client-ref': request.clientRef,
      'remaining-balance': nexmoAssumed.remainingBalance,
      'message-price': nexmoAssumed.messagePrice,
      network: nexmoAssumed.network,
    });
  }

  /** Which of the two statuses an invalid parameter has is made up. */
  #recordConversion(recorded: RecordedRequest, parameters: RequestParameters): EmulatorReply {
    if (authenticate(recorded, parameters, this.#settings) !== undefined) {
      return empty(conversion.credentials);
    }
    if (!this.#settings.conversions) return empty(conversion.notEnabled);
    const messageId = parameters.get('message-id') ?? '';
    const delivered = parameters.get('delivered') ?? '';
    const timestamp = parameters.get('timestamp') ?? '';
    const isValid =
      /^(true|false)$/.test(delivered) && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(timestamp);
    if (!isValid) return empty(conversion.invalid);
    if (findMessage(this.#records, messageId) === undefined) {
      return empty(conversion.unknownMessage);
    }
    this.#records.conversions.add({ messageId, delivered: delivered === 'true', timestamp });
    return empty(conversion.recorded);
  }
}

/** The HTTP status is 200 whatever the message's status, and the count is a string. */
function messageReply(message: Readonly<Record<string, string | undefined>>): EmulatorReply {
  return json(200, { 'message-count': '1', messages: [message] });
}

function rejected(
  { status, errorText }: NexmoRejection,
  parameters: RequestParameters,
): EmulatorReply {
  return messageReply({ status, to: parameters.get('to'), 'error-text': errorText });
}

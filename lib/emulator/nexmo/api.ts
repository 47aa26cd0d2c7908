import type { Api, Deliver } from '../server/api.js';
import { empty, json, type Reply } from '../server/reply.js';
import type { ReceivedRequest, RecordedRequest } from '../server/request.js';
import { authenticate, type Refusal, refusal } from './authentication.js';
import type { Conversions } from './conversions.js';
import type { Settings } from './options.js';
import { readParameters } from './parameters.js';
import { readRequest } from './request.js';
import type { SentMessages } from './sent.js';
import type { Parameters } from './signature.js';
import { documented, invented, type NexmoPath } from './vocabulary.js';

/** What the API does with a request: its two resources. */
export class NexmoApi implements Api<NexmoPath> {
  readonly basePath = '';
  readonly paths = documented.paths;
  readonly #settings: Settings;
  readonly #sent: SentMessages;
  readonly #conversions: Conversions;
  readonly #deliver: Deliver;

  constructor(
    settings: Settings,
    records: { readonly sent: SentMessages; readonly conversions: Conversions },
    deliver: Deliver,
  ) {
    this.#settings = settings;
    this.#sent = records.sent;
    this.#conversions = records.conversions;
    this.#deliver = deliver;
  }

  /** That what is no request of the API has an HTTP status of its own is invented. */
  process({ recorded, path, tooLarge }: ReceivedRequest<NexmoPath>): Reply {
    const methods = path === '/sc/us/2fa/json' ? ['GET', 'POST'] : ['POST'];
    if (path === undefined) return empty(404);
    if (!methods.includes(recorded.method)) return empty(405, { Allow: methods.join(', ') });
    if (tooLarge) return empty(413);
    const parameters = readParameters(recorded);
    return path === '/sc/us/2fa/json'
      ? this.#send(recorded, parameters)
      : this.#conversions.record(recorded, parameters);
  }

  unprocessed(): Reply {
    return empty(503);
  }

  fault(reason: unknown): Reply {
    return json(500, { 'error-text': `emulator_fault: ${reason}` });
  }

  #send(recorded: RecordedRequest, parameters: Parameters): Reply {
    const refused = authenticate(recorded, parameters, this.#settings);
    if (refused !== undefined) return refusedReply(refused, parameters);
    const read = readRequest(parameters, this.#settings.template);
    if (!read.valid) return refusedReply(read.refusal, parameters);

    const { request } = read;
    const status = this.#settings.answer(request) ?? '0';
    if (status !== '0') return refusedReply(refusal(status), parameters);

    const { messageId } = this.#sent.add(request);
    this.#deliver({
      to: `+${request.to}`,
      text: request.text,
      code: request.pin,
      sentAt: new Date(this.#settings.now()),
      from: invented.shortCode,
      id: messageId,
    });
    return reply({
      status,
      'message-id': messageId,
      to: request.to,
      'client-ref': request.clientRef,
      'remaining-balance': invented.remainingBalance,
      'message-price': invented.messagePrice,
      network: invented.network,
    });
  }
}

/** 200 whatever became of it, and the count is a string. */
function reply(message: Readonly<Record<string, string | undefined>>): Reply {
  return json(200, { 'message-count': '1', messages: [message] });
}

function refusedReply({ status, errorText }: Refusal, parameters: Parameters): Reply {
  return reply({ status, to: parameters.get('to'), 'error-text': errorText });
}

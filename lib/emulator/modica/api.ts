import type { Api, Deliver } from '../server/api.js';
import type { Reply } from '../server/reply.js';
import type { ReceivedRequest } from '../server/request.js';
import { type ChallengeBody, challengeBody, parseBody, responseBody } from './body.js';
import { Challenges } from './challenges.js';
import { gate } from './gate.js';
import { carrierRejects, writeText } from './message.js';
import type { Settings } from './options.js';
import { created, refused, unprocessed } from './reply.js';
import { type ApiPath, documented, invented } from './vocabulary.js';

/** What the API does with a request: its two resources, behind the gate. */
export class ModicaApi implements Api<ApiPath> {
  readonly basePath = documented.basePath;
  readonly paths = documented.paths;
  readonly unprocessed = unprocessed;
  readonly #challenges = new Challenges();
  readonly #settings: Settings;
  readonly #deliver: Deliver;

  constructor(settings: Settings, deliver: Deliver) {
    this.#settings = settings;
    this.#deliver = deliver;
  }

  process(request: ReceivedRequest<ApiPath>): Reply {
    const passed = gate(request, this.#settings);
    if (!passed.open) return passed.reply;
    return passed.path === '/challenges'
      ? this.#createChallenge(request.recorded.body)
      : this.#checkResponse(request.recorded.body);
  }

  fault(reason: unknown): Reply {
    return refused(500, `${invented.error.fault}: ${reason}`);
  }

  #createChallenge(text: string): Reply {
    const body = parseBody(challengeBody, text);
    if (!body.valid) return refused(400, body.error);

    const now = this.#settings.now();
    // Two sentences of the document disagree here; the one about `expiresIn` is the specific one.
    const expiresIn = Number(body.value.expiresIn ?? documented.expiresIn.usual);
    const challenge = this.#challenges.create(this.#settings.codeLength, now, expiresIn);
    const reply = created({
      created: new Date(challenge.created).toISOString(),
      expires: new Date(challenge.expires).toISOString(),
      id: challenge.id,
    });
    this.#send(body.value, challenge.code, now);
    return reply;
  }

  #send(body: ChallengeBody, code: string, now: number): void {
    if (carrierRejects(body.mask)) return;
    this.#deliver({
      to: body.destination,
      text: writeText(body.content ?? invented.text, code),
      code,
      sentAt: new Date(now),
      from: body.mask,
    });
  }

  #checkResponse(text: string): Reply {
    const body = parseBody(responseBody, text);
    if (!body.valid) return refused(400, body.error);

    const { challenge_id, code } = body.value;
    const verdict = this.#challenges.check(challenge_id, code, this.#settings.now());
    if (verdict === 'valid') return created({ status: invented.status.valid });
    if (verdict === 'unknownChallenge') return refused(400, invented.error.unknownChallenge);
    return this.#settings.wrongCode === 'error'
      ? refused(400, invented.error[verdict])
      : created({ status: invented.status[verdict] });
  }
}

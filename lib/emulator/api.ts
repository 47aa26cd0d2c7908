import { Challenges } from './challenges.js';
import { carrierRejects, type Message, writeText } from './message.js';
import type { Settings } from './options.js';
import { type ChallengeBody, challengeBody, parseBody, responseBody } from './server/body.js';
import { gate } from './server/gate.js';
import { created, type Reply, refused } from './server/reply.js';
import type { ReceivedRequest } from './server/request.js';
import { documented, invented } from './vocabulary.js';

/** What the API does with a request: its two resources, behind the gate. */
export class Api {
  readonly #challenges = new Challenges();
  readonly #settings: Settings;
  readonly #deliver: (message: Message) => void;

  constructor(settings: Settings, deliver: (message: Message) => void) {
    this.#settings = settings;
    this.#deliver = deliver;
  }

  process(request: ReceivedRequest): Reply {
    const passed = gate(request, this.#settings);
    if (!passed.open) return passed.reply;
    return passed.path === '/challenges'
      ? this.#createChallenge(request.recorded.body)
      : this.#checkResponse(request.recorded.body);
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

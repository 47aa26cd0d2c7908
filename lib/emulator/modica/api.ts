import { randomUUID } from 'node:crypto';
import { isAuthorized } from '../server/auth.js';
import type { Api, Deliver } from '../server/emulator.js';
import { empty, json, mediaTypes, type ReceivedRequest, type Reply } from '../server/http.js';
import { documented, invented, type ModicaPath } from './api-facts.js';
import {
  type ChallengeBody,
  Challenges,
  challengeBody,
  parseBody,
  responseBody,
} from './challenges.js';
import type { Settings } from './options.js';

/** What the API does with a request: its two resources, behind the gate. */
export class ModicaApi implements Api<ModicaPath> {
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

  process(request: ReceivedRequest<ModicaPath>): Reply {
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

type Passage =
  | { readonly open: true; readonly path: ModicaPath }
  | { readonly open: false; readonly reply: Reply };

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * What a request has to be before its body is looked at. Of these refusals the document knows the
 * 401 alone; the others, and their order, are invented.
 */
function gate(request: ReceivedRequest<ModicaPath>, credentials: Credentials): Passage {
  const { method, headers } = request.recorded;
  const { error } = invented;

  if (!isAuthorized(headers.authorization, credentials)) {
    return closed(refused(401, error.unauthorized, { 'WWW-Authenticate': invented.authenticate }));
  }
  if (request.path === undefined) return closed(refused(404, error.notFound));
  if (method !== 'POST') {
    return closed(refused(405, error.methodNotAllowed, { Allow: 'POST' }));
  }
  // '*/*' does not do: the media type carries the version of the API.
  if (!mediaTypes(headers.accept).includes(documented.mediaType)) {
    return closed(refused(406, error.notAcceptable));
  }
  if (!mediaTypes(headers['content-type']).includes('application/json')) {
    return closed(refused(415, error.unsupportedMediaType));
  }
  if (request.tooLarge) return closed(refused(413, error.tooLarge));
  return { open: true, path: request.path };
}

function closed(reply: Reply): Passage {
  return { open: false, reply };
}

function requestId(): Record<string, string> {
  return { [documented.requestIdHeader]: randomUUID() };
}

/** The document answers 201 to both resources, also to a checked code. */
function created(body: Readonly<Record<string, string>>): Reply {
  return json(201, body, requestId());
}

function refused(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return json(status, { error }, { ...requestId(), ...headers });
}

/** The reply to a request that an override keeps from being processed. */
function unprocessed(): Reply {
  return empty(503, requestId());
}

/**
 * Every occurrence is replaced and a stray `%` stays: the document says only that the variable must
 * be there.
 */
function writeText(content: string, code: string): string {
  return content.replaceAll(documented.codeVariable, code);
}

/** 'Masks exceeding this length will be rejected by mobile carriers': by them, not by the API. */
function carrierRejects(mask: string | undefined): boolean {
  return mask !== undefined && mask.length > documented.longestMask;
}

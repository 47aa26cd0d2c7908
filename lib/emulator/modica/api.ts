import { randomUUID } from 'node:crypto';
import { hasBasicCredentials } from '../server/auth.js';
import type { Api, Deliver } from '../server/emulator.js';
import {
  type EmulatorReply,
  empty,
  json,
  mediaTypes,
  type ReceivedRequest,
} from '../server/http.js';
import { type ModicaPath, modicaAssumed, modicaSpec } from './api-facts.js';
import {
  type ChallengeBody,
  Challenges,
  challengeBody,
  parseBody,
  responseBody,
} from './challenges.js';
import type { ModicaSettings } from './options.js';

/** What the API does with a request: its two resources, behind the gate. */
export class ModicaApi implements Api<ModicaPath> {
  readonly basePath = modicaSpec.basePath;
  readonly paths = modicaSpec.paths;
  readonly unprocessed = unprocessed;
  readonly #challenges = new Challenges();
  readonly #settings: ModicaSettings;
  readonly #deliver: Deliver;

  constructor(settings: ModicaSettings, deliver: Deliver) {
    this.#settings = settings;
    this.#deliver = deliver;
  }

  process(request: ReceivedRequest<ModicaPath>): EmulatorReply {
    const passed = gate(request, this.#settings);
    if (!passed.open) return passed.reply;
    return passed.path === '/challenges'
      ? this.#createChallenge(request.recorded.body)
      : this.#checkResponse(request.recorded.body);
  }

  fault(reason: unknown): EmulatorReply {
    return refused(500, `${modicaAssumed.error.fault}: ${reason}`);
  }

  #createChallenge(text: string): EmulatorReply {
    const body = parseBody(challengeBody, text);
    if (!body.valid) return refused(400, body.error);

    const now = this.#settings.now();
    // Two sentences of the document disagree here; the one about `expiresIn` is the specific one.
    const expiresIn = Number(body.value.expiresIn ?? modicaSpec.expiresIn.usual);
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
      text: writeText(body.content ?? modicaAssumed.text, code),
      code,
      sentAt: new Date(now),
      from: body.mask,
    });
  }

  #checkResponse(text: string): EmulatorReply {
    const body = parseBody(responseBody, text);
    if (!body.valid) return refused(400, body.error);

    const { challenge_id, code } = body.value;
    const verdict = this.#challenges.check(challenge_id, code, this.#settings.now());
    if (verdict === 'valid') return created({ status: modicaAssumed.status.valid });
    if (verdict === 'unknownChallenge') return refused(400, modicaAssumed.error.unknownChallenge);
    return this.#settings.wrongCode === 'error'
      ? refused(400, modicaAssumed.error[verdict])
      : created({ status: modicaAssumed.status[verdict] });
  }
}

type Passage =
  | { readonly open: true; readonly path: ModicaPath }
  | { readonly open: false; readonly reply: EmulatorReply };

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
  const { error } = modicaAssumed;

  if (!hasBasicCredentials(headers.authorization, credentials)) {
    return closed(
      refused(401, error.unauthorized, { 'WWW-Authenticate': modicaAssumed.authenticate }),
    );
  }
  if (request.path === undefined) return closed(refused(404, error.notFound));
  if (method !== 'POST') {
    return closed(refused(405, error.methodNotAllowed, { Allow: 'POST' }));
  }
  // '*/*' does not do: the media type carries the version of the API.
  if (!mediaTypes(headers.accept).includes(modicaSpec.mediaType)) {
    return closed(refused(406, error.notAcceptable));
  }
  if (!mediaTypes(headers['content-type']).includes('application/json')) {
    return closed(refused(415, error.unsupportedMediaType));
  }
  if (request.tooLarge) return closed(refused(413, error.tooLarge));
  return { open: true, path: request.path };
}

function closed(reply: EmulatorReply): Passage {
  return { open: false, reply };
}

function requestId(): Record<string, string> {
  return { [modicaSpec.requestIdHeader]: randomUUID() };
}

/** The document answers 201 to both resources, also to a checked code. */
function created(body: Readonly<Record<string, string>>): EmulatorReply {
  return json(201, body, requestId());
}

function refused(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): EmulatorReply {
  return json(status, { error }, { ...requestId(), ...headers });
}

/** The reply to a request that an override keeps from being processed. */
function unprocessed(): EmulatorReply {
  return empty(503, requestId());
}

/**
 * Every occurrence is replaced and a stray `%` stays: the document says only that the variable must
 * be there.
 */
function writeText(content: string, code: string): string {
  return content.replaceAll(modicaSpec.codeVariable, code);
}

/** 'Masks exceeding this length will be rejected by mobile carriers': by them, not by the API. */
function carrierRejects(mask: string | undefined): boolean {
  return mask !== undefined && mask.length > modicaSpec.longestMask;
}

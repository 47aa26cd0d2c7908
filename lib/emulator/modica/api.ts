// How Modica's API replies to a request.
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

/** Modica's API: authenticates and validates a request, then creates a challenge or checks a code. */
export class ModicaApi implements Api<ModicaPath> {
  readonly basePath = modicaSpec.basePath;
  readonly paths = modicaSpec.paths;
  readonly #challenges = new Challenges();
  readonly #settings: ModicaSettings;
  readonly #deliver: Deliver;

  constructor(settings: ModicaSettings, deliver: Deliver) {
    this.#settings = settings;
    this.#deliver = deliver;
  }

  process(request: ReceivedRequest<ModicaPath>): EmulatorReply {
    const refusal = refusalOf(request, this.#settings);
    if (refusal !== undefined) return refusal;
    return request.path === '/challenges'
      ? this.#createChallenge(request.recorded.body)
      : this.#checkResponse(request.recorded.body);
  }

  unprocessed(): EmulatorReply {
    return empty(503, requestId());
  }

  fault(reason: unknown): EmulatorReply {
    return refused(500, `${modicaAssumed.error.fault}: ${reason}`);
  }

  #createChallenge(text: string): EmulatorReply {
    const body = parseBody(challengeBody, text);
    if (!body.valid) return refused(400, body.error);

    const now = this.#settings.now();
    // The document contradicts itself on the default; the sentence about `expiresIn` is the specific one.
    const expiresIn = Number(body.value.expiresIn ?? modicaSpec.expiresIn.default);
    const challenge = this.#challenges.create(this.#settings.codeLength, now, expiresIn);
    const reply = created({
      created: new Date(challenge.created).toISOString(),
      expires: new Date(challenge.expires).toISOString(),
      id: challenge.id,
    });
    this.#send(body.value, challenge.code, now);
    return reply;
  }

  #send({ destination, content, mask }: ChallengeBody, code: string, now: number): void {
    // 'Masks exceeding this length will be rejected by mobile carriers': the API itself accepts them.
    if (mask !== undefined && mask.length > modicaSpec.maskLength) return;
    this.#deliver({
      channel: 'sms',
      to: destination,
      // The document says only that the variable must be there: replace each one, keep a stray '%'.
      text: (content ?? modicaAssumed.content).replaceAll(modicaSpec.codeVariable, code),
      code,
      sentAt: new Date(now),
      from: mask,
    });
  }

  #checkResponse(text: string): EmulatorReply {
    const body = parseBody(responseBody, text);
    if (!body.valid) return refused(400, body.error);

    const { challenge_id, code } = body.value;
    const result = this.#challenges.check(challenge_id, code, this.#settings.now());
    if (result === 'valid') return created({ status: modicaAssumed.status.valid });
    if (result === 'unknownChallenge') return refused(400, modicaAssumed.error.unknownChallenge);
    return this.#settings.wrongCode === 'error'
      ? refused(400, modicaAssumed.error[result])
      : created({ status: modicaAssumed.status[result] });
  }
}

/**
 * The reply to a request that is refused before its body is read. Only the 401 is documented; the
 * other statuses and the order of the checks are made up.
 */
function refusalOf(
  { recorded, path, tooLarge }: ReceivedRequest<ModicaPath>,
  credentials: Pick<ModicaSettings, 'username' | 'password'>,
): EmulatorReply | undefined {
  const { method, headers } = recorded;
  const { authenticate, error } = modicaAssumed;
  if (!hasBasicCredentials(headers.authorization, credentials)) {
    return refused(401, error.unauthorized, { 'WWW-Authenticate': authenticate });
  }
  if (path === undefined) return refused(404, error.notFound);
  if (method !== 'POST') return refused(405, error.methodNotAllowed, { Allow: 'POST' });
  // '*/*' is not enough: the media type carries the API version.
  if (!mediaTypes(headers.accept).includes(modicaSpec.mediaType)) {
    return refused(406, error.notAcceptable);
  }
  if (!mediaTypes(headers['content-type']).includes('application/json')) {
    return refused(415, error.unsupportedMediaType);
  }
  return tooLarge ? refused(413, error.tooLarge) : undefined;
}

/** Both resources reply 201 according to the document, the one that checks a code included. */
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

function requestId(): Record<string, string> {
  return { [modicaSpec.requestIdHeader]: randomUUID() };
}

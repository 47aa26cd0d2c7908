import type { Request } from 'express';
import type { z } from 'zod';
import type { ChallengeInfo, UserId } from '../challenge/challenge.js';
import type { Answered } from '../challenge/handle.js';
import { type WrittenTransaction, writeTransaction } from '../challenge/transaction.js';
import { Flow, type PendingQuery } from '../flow/flow.js';
import type { LoadUser, PhaseRequest } from '../flow/flow-context.js';
import { devicesOf } from '../flow/trusted-device.js';
import { callbackOverdue } from '../flow/users.js';
import { type Outcome, type RefusalCode, refuse } from '../outcome.js';
import { withDeadline } from '../timers.js';
import { BodyState, type ClientState, type Handles, SessionState } from './client-state.js';
import {
  bodyMissing,
  bodyUnread,
  newNumberMissing,
  undoHalfALogin,
  userNotLoaded,
} from './configuration-errors.js';
import type { optionsSchema, routeSchema } from './options-schema.js';
import type { Tell } from './passport-actions.js';
import { type Intent, readIntent } from './request-body.js';
import { type CarryingRequest, isLoggedIn, isSessionNew, userOf } from './session.js';
import { expectRecord } from './unrecorded-factor.js';

type Options<TUser> = z.output<ReturnType<typeof optionsSchema<TUser>>>;
type Route = z.output<typeof routeSchema>;

/** One request: what it posts goes in, an outcome comes out, and the client's handles are kept. */
export class Exchange<TUser> {
  private readonly flow: Flow<TUser>;
  private readonly clientState: ClientState;

  constructor(private readonly options: Options<TUser>) {
    this.flow = new Flow(options);
    this.clientState =
      options.state === 'session'
        ? new SessionState(options.name, options.challengeField)
        : new BodyState(options.challengeField);
  }

  async run(request: Request, route: Route, load: LoadUser<TUser>): Promise<Outcome<TUser>> {
    const user = userOf<TUser>(request, route.userProperty ?? this.options.userProperty);
    const intent = readIntent(request.body, route.phase, this.options);
    const phaseName = intent.kind === 'response' ? 'code' : 'challenge';
    const asked = await this.flow.before({ ...route, user }, phaseName, () =>
      this.ask(request, route, intent, user),
    );
    if (asked.kind === 'refused') return asked;
    const outcome = await this.runFlow(intent, asked, load);
    if (outcome.kind === 'verified') expectRecord(request, outcome.info);
    return this.clientState.show(outcome);
  }

  /** All that a phase needs to know, or why there is none: nothing has been sent, counted or checked. */
  private async ask(
    request: Request,
    route: Route,
    intent: Intent,
    user: TUser | undefined,
  ): Promise<Asked<TUser> | ReturnType<typeof refuse>> {
    const { purpose, phase: pinned } = route;
    // Before anything else can fail: it must not stay logged in.
    if (purpose === 'login' && isHalfALogin(request, pinned, user)) throw undoHalfALogin(request);
    if (pinned !== 'challenge' && !isSafe(request) && bodyUnread(request)) throw bodyMissing();
    // A link or an image on another site can make a browser GET; it must not make us text anybody.
    if (intent.kind !== 'response' && isSafe(request)) return refuse('method_not_allowed');
    // Read before anything is sent: a missing session must not cost an SMS.
    const handles = this.clientState.open(request);
    // Before anything of the app's is asked: a stranger must not make it look for transactions.
    if (purpose !== 'login' && user === undefined) {
      if (isLoggedIn(request)) throw userNotLoaded();
      return refuse('first_factor_required');
    }
    if (purpose === 'enrol' && route.destination === undefined) throw newNumberMissing();
    const transaction = await this.transactionOf(request, route);
    if (transaction && !transaction.ok) {
      return refuse('transaction_unusable', { problem: transaction.problem });
    }
    const phase = await this.phaseRequest(request, route, user, transaction?.written);
    return { kind: 'asked', handles, phase, key: this.flow.keyOf(phase) };
  }

  /** The newest that waits, of those that are meant. */
  async pending(
    request: CarryingRequest,
    query: PendingQuery<TUser>,
  ): Promise<ChallengeInfo | undefined> {
    const { purpose, user } = query;
    const handles = this.clientState.open(request);
    if (purpose !== 'login' && user === undefined) return undefined;
    for (const { handle } of handles.for(purpose, undefined)) {
      const shown = await this.flow.pending(handle, query);
      if (shown) return shown;
    }
    return undefined;
  }

  /** Puts refusals into the language of whoever asks. */
  tellerFor(request: Request): Tell {
    const locale = this.localeOf(request);
    return (refusal) => this.options.words.tell(refusal, locale);
  }

  private localeOf(request: Request): unknown {
    const { locale } = this.options;
    return typeof locale === 'function' ? locale(request) : locale;
  }

  unlock(userId: UserId): Promise<void> {
    return this.flow.unlock(userId);
  }

  cancel(userId: UserId): Promise<void> {
    return this.flow.cancel(userId);
  }

  forget(userId: UserId): Promise<void> {
    return this.flow.forget(userId);
  }

  private async runFlow(
    intent: Intent,
    { handles, phase, key }: Asked<TUser>,
    load: LoadUser<TUser>,
  ): Promise<Outcome<TUser>> {
    const { purpose } = phase;
    const meant = handles.for(purpose, key);
    const [likeliest] = meant;
    const kept = (answered: Answered | undefined, outcome: Outcome<TUser>) => {
      if (typeof outcome.handle === 'string' && key !== undefined) {
        handles.keep(purpose, key, outcome.handle);
      }
      if (outcome.handle === null && answered) handles.forget(answered.handle);
      if (outcome.kind === 'verified') handles.outlive(outcome.info);
      return outcome;
    };
    if (intent.kind === 'challenge') {
      return kept(likeliest, await this.flow.challenge(phase, likeliest?.handle, load));
    }
    // Of several people who wait in one browser it is not said whose code this is: the newest answers
    // first. An attempt is counted for each, as for any guess.
    const ask = async (answered: Answered | undefined) =>
      intent.kind === 'resend'
        ? this.flow.resend(answered, phase)
        : this.flow.respond(answered, phase, { code: intent.code, load });
    const refused: Extract<Outcome<TUser>, { kind: 'refused' }>[] = [];
    for (const answered of meant) {
      const outcome = kept(answered, await ask(answered));
      if (outcome.kind !== 'refused') return outcome;
      refused.push(outcome);
      // Only what is over lets the next one be sent: a message is never sent twice for one wish.
      if (intent.kind === 'resend' && !isGone(outcome)) break;
    }
    const [first = await ask(undefined)] = refused;
    const telling = refused.find(({ refusal: { code } }) => code === 'code_incorrect');
    return telling ?? refused.find((outcome) => !isGone(outcome)) ?? first;
  }

  private async transactionOf(
    request: Request,
    { transaction }: Route,
  ): Promise<WrittenTransaction | undefined> {
    if (transaction === undefined) return undefined;
    const { verifyTimeout } = this.options;
    return writeTransaction(
      await withDeadline(verifyTimeout, () => transaction(request), callbackOverdue('transaction')),
    );
  }

  private async phaseRequest(
    request: Request,
    { purpose, destination }: Route,
    user: TUser | undefined,
    transaction: string | undefined,
  ): Promise<PhaseRequest<TUser>> {
    const { verifyTimeout } = this.options;
    const loggedIn = isLoggedIn(request);
    return {
      purpose,
      // In a login's second phase the session's user, if there is one, has no say.
      user: purpose === 'login' && loggedIn ? undefined : user,
      transaction,
      newDestination:
        purpose === 'enrol' &&
        destination &&
        (await withDeadline(
          verifyTimeout,
          () => destination(request),
          callbackOverdue('destination'),
        )),
      ip: request.ip,
      locale: this.localeOf(request),
      devices: devicesOf(request),
    };
  }
}

/** A request that a phase can answer. */
interface Asked<TUser> {
  readonly kind: 'asked';
  readonly handles: Handles;
  readonly phase: PhaseRequest<TUser>;
  /** Under which the client keeps its handle. */
  readonly key: string | undefined;
}

const gone: ReadonlySet<RefusalCode> = new Set([
  'challenge_not_found',
  'challenge_used',
  'first_factor_expired',
]);

/** Whether nothing can be done about this challenge any more. */
function isGone({ refusal: { code } }: Extract<Outcome<never>, { kind: 'refused' }>): boolean {
  return gone.has(code);
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * RFC 9110, 9.2.1: methods that another site can make a browser send with the user's cookies, by a link
 * or an image, and that a proxy may repeat.
 */
function isSafe({ method }: Request): boolean {
  return safeMethods.has(method);
}

/**
 * Whether the session is logged in where only the second factor may log in. On a route that takes a first
 * factor the login is that factor's own, or it would be the last user's: the body is not asked, and a
 * custom callback leaves no `authInfo`. A route that is pinned to codes is also posted to by a second
 * tab of a user who is logged in, and a GET can be made by another site: there only a login that was made
 * in this very request tells.
 */
function isHalfALogin(request: Request, pinned: Route['phase'], user: unknown): boolean {
  if (!isLoggedIn(request)) return false;
  if (pinned !== 'response' && !isSafe(request)) return true;
  return (user !== undefined && request.authInfo !== undefined) || isSessionNew(request);
}

import type { Request } from 'express';
import type { ChallengeInfo } from '../challenge/challenge.js';
import { handleKey, type PresentedHandle } from '../challenge/handle.js';
import { type WrittenTransaction, writeTransaction } from '../challenge/transaction.js';
import type { FlowContext, LoadUser, PhaseRequest } from '../flow/flow-context.js';
import { type PendingQuery, pendingChallenge } from '../flow/pending-challenge.js';
import { withEvents } from '../flow/phase-events.js';
import { resendCode } from '../flow/resend-code.js';
import { startChallenge } from '../flow/start-challenge.js';
import { deviceChecksOf } from '../flow/trusted-device.js';
import { callbackOverdue } from '../flow/users.js';
import { verifyCode } from '../flow/verify-code.js';
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
import type { RouteSettings, StrategySettings } from './options-schema.js';
import { type Intent, readIntent } from './request-body.js';
import { type CarryingRequest, isLoggedIn, isSessionNew, userOf } from './session.js';
import { expectRecord } from './unrecorded-factor.js';

/** Turns a request into a phase, runs it, and keeps the client's handles. */
export class RequestHandler<TUser> {
  private readonly clientState: ClientState;

  constructor(
    private readonly options: StrategySettings<TUser>,
    private readonly context: FlowContext<TUser>,
  ) {
    this.clientState =
      options.state === 'session'
        ? new SessionState(options.name, options.challengeField)
        : new BodyState(options.challengeField);
  }

  async handle(
    request: Request,
    route: RouteSettings,
    load: LoadUser<TUser>,
  ): Promise<Outcome<TUser>> {
    const user = userOf<TUser>(request, route.userProperty ?? this.options.userProperty);
    const intent = readIntent(request.body, route.phase, this.options);
    const name = {
      purpose: route.purpose,
      userId: user === undefined ? undefined : this.context.users.knownId(user),
      phase: intent.kind === 'response' ? 'code' : 'challenge',
    } as const;
    const ready = await withEvents(this.context, name, () =>
      this.prepare(request, route, intent, user),
    );
    if (ready.kind === 'refused') return ready;
    const outcome = await this.runPhases(intent, ready, load);
    if (outcome.kind === 'verified') expectRecord(request, outcome.info);
    return this.clientState.show(outcome);
  }

  /** Returns the newest pending challenge that the query asks for. */
  async pending(
    request: CarryingRequest,
    query: PendingQuery<TUser>,
  ): Promise<ChallengeInfo | undefined> {
    const { purpose, user } = query;
    const handles = this.clientState.open(request);
    if (purpose !== 'login' && user === undefined) return undefined;
    for (const { handle } of handles.for(purpose, undefined)) {
      const shown = await pendingChallenge(this.context, handle, query);
      if (shown) return shown;
    }
    return undefined;
  }

  /** Returns the language of a request, as the app's option "locale" finds it. */
  localeOf(request: Request): unknown {
    const { locale } = this.options;
    return typeof locale === 'function' ? locale(request) : locale;
  }

  /** Checks what can be checked before anything is sent or counted. */
  private async prepare(
    request: Request,
    route: RouteSettings,
    intent: Intent,
    user: TUser | undefined,
  ): Promise<Ready<TUser> | ReturnType<typeof refuse>> {
    const { purpose, phase: pinned } = route;
    // First of all: whatever else fails, half a login must not stay logged in.
    if (purpose === 'login' && isHalfALogin(request, pinned, user)) throw undoHalfALogin(request);
    if (pinned !== 'challenge' && !isSafe(request) && bodyUnread(request)) throw bodyMissing();
    // A link or an image on another site can cause a GET; it must not cause an SMS.
    if (intent.kind !== 'response' && isSafe(request)) return refuse('method_not_allowed');
    // A missing session is found before anything is sent: it must not cost an SMS.
    const handles = this.clientState.open(request);
    // Before any callback of the app runs: an anonymous client must not make it look for transactions.
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
    return { kind: 'ready', handles, phase, key: this.keyOf(phase) };
  }

  /** Runs the phase that the request asks for, on each of the challenges that it may mean. */
  private async runPhases(
    intent: Intent,
    { handles, phase, key }: Ready<TUser>,
    load: LoadUser<TUser>,
  ): Promise<Outcome<TUser>> {
    const { purpose } = phase;
    const meant = handles.for(purpose, key);
    const keep = (presented: PresentedHandle | undefined, outcome: Outcome<TUser>) => {
      if (typeof outcome.handle === 'string' && key !== undefined) {
        handles.keep(purpose, key, outcome.handle);
      }
      if (outcome.handle === null && presented) handles.forget(presented.handle);
      if (outcome.kind === 'verified') handles.outlive(outcome.info);
      return outcome;
    };
    const likeliest = meant[0];
    if (intent.kind === 'challenge')
      return keep(likeliest, await this.run(intent, phase, likeliest, load));
    // With several logins pending in one browser nothing says whose code this is: the newest is tried
    // first. Each try is counted as an attempt at its challenge, as any guess is.
    const refused: Extract<Outcome<TUser>, { kind: 'refused' }>[] = [];
    for (const presented of meant) {
      const outcome = keep(presented, await this.run(intent, phase, presented, load));
      if (outcome.kind !== 'refused') return outcome;
      refused.push(outcome);
      // One request sends one message: a resend goes on to the next challenge only past one that is over.
      if (intent.kind === 'resend' && !isGone(outcome)) break;
    }
    const [first = await this.run(intent, phase, undefined, load)] = refused;
    const incorrect = refused.find(({ refusal: { code } }) => code === 'code_incorrect');
    return incorrect ?? refused.find((outcome) => !isGone(outcome)) ?? first;
  }

  private run(
    intent: Intent,
    request: PhaseRequest<TUser>,
    presented: PresentedHandle | undefined,
    load: LoadUser<TUser>,
  ): Promise<Outcome<TUser>> {
    const { context } = this;
    const { purpose, user } = request;
    const name = { purpose, userId: user === undefined ? undefined : context.users.knownId(user) };
    switch (intent.kind) {
      case 'challenge':
        return withEvents(context, { ...name, phase: 'challenge' }, (trace) =>
          startChallenge(context, request, { held: presented?.handle, load, trace }),
        );
      case 'resend':
        return withEvents(context, { ...name, phase: 'challenge' }, (trace) =>
          resendCode(context, presented, request, trace),
        );
      case 'response':
        return withEvents(context, { ...name, phase: 'code' }, (trace) =>
          verifyCode(context, presented, request, { code: intent.code, load, trace }),
        );
    }
  }

  /** The key of the request's handle in the client's state; undefined while its user is not known. */
  private keyOf(request: PhaseRequest<TUser>): string | undefined {
    const { purpose, user, transaction, newDestination } = request;
    if (user === undefined) return undefined;
    const userId = this.context.users.idOf(user);
    const destination = typeof newDestination === 'string' ? newDestination : '';
    return handleKey({ purpose, userId, transaction, destination });
  }

  private async transactionOf(
    request: Request,
    { transaction }: RouteSettings,
  ): Promise<WrittenTransaction | undefined> {
    if (transaction === undefined) return undefined;
    const { verifyTimeout } = this.options;
    return writeTransaction(
      await withDeadline(verifyTimeout, () => transaction(request), callbackOverdue('transaction')),
    );
  }

  private async phaseRequest(
    request: Request,
    { purpose, destination }: RouteSettings,
    user: TUser | undefined,
    transaction: string | undefined,
  ): Promise<PhaseRequest<TUser>> {
    const { verifyTimeout } = this.options;
    const loggedIn = isLoggedIn(request);
    return {
      purpose,
      // In a login's second phase the user of the session, if there is one, is not believed.
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
      deviceChecks: deviceChecksOf(request),
    };
  }
}

/** A request that a phase can answer. */
interface Ready<TUser> {
  readonly kind: 'ready';
  readonly handles: Handles;
  readonly phase: PhaseRequest<TUser>;
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
function isHalfALogin(request: Request, pinned: RouteSettings['phase'], user: unknown): boolean {
  if (!isLoggedIn(request)) return false;
  if (pinned !== 'response' && !isSafe(request)) return true;
  return (user !== undefined && request.authInfo !== undefined) || isSessionNew(request);
}

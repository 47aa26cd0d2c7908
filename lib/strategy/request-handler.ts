import type { Request } from 'express';
import type { ChallengeInfo, Purpose } from '../challenge/challenge.js';
import { handleKey, type PresentedHandle } from '../challenge/handle.js';
import { type WrittenTransaction, writeTransaction } from '../challenge/transaction.js';
import type { FlowContext, LoadUser, PhaseRequest } from '../flow/flow-context.js';
import { type PendingQuery, pendingChallenge } from '../flow/pending-challenge.js';
import { type PhaseName, withEvents } from '../flow/phase-events.js';
import { resendCode } from '../flow/resend-code.js';
import { startChallenge } from '../flow/start-challenge.js';
import { deviceChecksOf } from '../flow/trusted-device.js';
import { callbackOverdue } from '../flow/users.js';
import { verifyCode } from '../flow/verify-code.js';
import { type Outcome, refuse } from '../outcome.js';
import { refusals } from '../refusal.js';
import { withDeadline } from '../timers.js';
import { BodyState, type ClientState, type Handles, SessionState } from './client-state.js';
import {
  bodyMissing,
  firstFactorLoggedIn,
  newNumberMissing,
  requiredUndecided,
  userNotLoaded,
} from './configuration-errors.js';
import type { StrategySettings } from './options-schema.js';
import {
  forgetLogin,
  isLoggedIn,
  isLoggedInEarly,
  isSafe,
  type RequestWithSession,
  userOf,
} from './passport-session.js';
import { bodyUnread, type Intent, readIntent } from './request-body.js';
import type { RouteSettings } from './route-options-schema.js';
import { expectRecord } from './unrecorded-factor.js';

/** Reads a request, runs the phase that it asks for, and updates the client's handles. */
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
    { load, locale }: { readonly load: LoadUser<TUser>; readonly locale: unknown },
  ): Promise<Outcome<TUser>> {
    const user = userOf<TUser>(request, route.userProperty ?? this.options.userProperty);
    const intent = readIntent(request.body, route.phase, this.options);
    const name = this.nameOf(intent, route.purpose, user);
    const ready = await withEvents(this.context, name, () =>
      this.prepare(request, route, { intent, user, locale }),
    );
    if (ready.kind === 'refused') return ready;
    const outcome = await this.runPhases(intent, ready, load);
    if (outcome.kind === 'verified') expectRecord(request, outcome.info);
    return this.clientState.show(outcome);
  }

  /** Returns the newest pending challenge that matches the query. */
  async pending(
    request: RequestWithSession,
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

  /** Checks everything that can be checked before anything is sent or counted. */
  private async prepare(
    request: Request,
    route: RouteSettings,
    { intent, user, locale }: Asked<TUser>,
  ): Promise<Ready<TUser> | ReturnType<typeof refuse>> {
    const { purpose, phase: pinned } = route;
    // First: whatever else fails, a session with only a first factor must not stay logged in.
    if (purpose === 'login' && isLoggedInEarly(request, pinned, user)) {
      forgetLogin(request);
      throw firstFactorLoggedIn();
    }
    if (pinned !== 'challenge' && !isSafe(request) && bodyUnread(request)) throw bodyMissing();
    // A link or an image on another site can cause a GET, which must not send an SMS.
    if (intent.kind !== 'response' && isSafe(request)) return refuse('method_not_allowed');
    // Throws for a missing session, which must not cost an SMS.
    const handles = this.clientState.open(request);
    // Before any callback of the app runs: an anonymous client must not make it look up transactions.
    if (purpose !== 'login' && user === undefined) {
      if (isLoggedIn(request)) throw userNotLoaded();
      return refuse('first_factor_required');
    }
    if (purpose === 'enrol' && route.destination === undefined) throw newNumberMissing();
    const transaction = await this.transactionOf(request, route);
    if (transaction && !transaction.ok) {
      return refuse('transaction_unusable', { problem: transaction.problem });
    }
    const phase = await this.phaseRequest(request, route, {
      user,
      transaction: transaction?.written,
      locale,
    });
    return { kind: 'ready', handles, phase, key: this.keyOf(phase) };
  }

  /** Runs the phase that the request asks for, on each challenge that it may refer to. */
  private async runPhases(
    intent: Intent,
    { handles, phase, key }: Ready<TUser>,
    load: LoadUser<TUser>,
  ): Promise<Outcome<TUser>> {
    const { purpose } = phase;
    const candidates = handles.for(purpose, key);
    const keep = (presented: PresentedHandle | undefined, outcome: Outcome<TUser>) => {
      if (typeof outcome.handle === 'string' && key !== undefined) {
        handles.keep(purpose, key, outcome.handle);
      }
      if (outcome.handle === null && presented) handles.forget(presented.handle);
      if (outcome.kind === 'verified') handles.outlive(outcome.info);
      return outcome;
    };
    const likeliest = candidates[0];
    if (intent.kind === 'challenge')
      return keep(likeliest, await this.run(intent, phase, likeliest, load));
    // With several pending logins in one browser the code may belong to any of them: try the newest first.
    // Each try counts as an attempt on its challenge.
    const refused: Extract<Outcome<TUser>, { kind: 'refused' }>[] = [];
    for (const presented of candidates) {
      const outcome = keep(presented, await this.run(intent, phase, presented, load));
      if (outcome.kind !== 'refused') return outcome;
      refused.push(outcome);
      // One request sends one message: a resend skips only challenges that are gone.
      if (intent.kind === 'resend' && !isOver(outcome)) break;
    }
    const [first = await this.run(intent, phase, undefined, load)] = refused;
    const incorrect = refused.find(({ refusal: { code } }) => code === 'code_incorrect');
    return incorrect ?? refused.find((outcome) => !isOver(outcome)) ?? first;
  }

  private run(
    intent: Intent,
    request: PhaseRequest<TUser>,
    presented: PresentedHandle | undefined,
    load: LoadUser<TUser>,
  ): Promise<Outcome<TUser>> {
    const { context } = this;
    const name = this.nameOf(intent, request.purpose, request.user);
    return withEvents(context, name, (trace) => {
      switch (intent.kind) {
        case 'challenge':
          return startChallenge(context, request, { held: presented?.handle, load, trace });
        case 'resend':
          return resendCode(context, presented, request, { channel: intent.channel, trace });
        case 'response':
          return verifyCode(context, presented, request, { code: intent.code, load, trace });
      }
    });
  }

  /** What the events of a phase say of it before it runs. */
  private nameOf({ kind }: Intent, purpose: Purpose, user: TUser | undefined): PhaseName {
    const userId = user === undefined ? undefined : this.context.users.knownId(user);
    return { purpose, userId, phase: kind === 'response' ? 'code' : 'challenge' };
  }

  /** The key of the request's handle in the client's state; undefined while the user is unknown. */
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
    { user, transaction, locale }: Pick<PhaseRequest<TUser>, 'user' | 'transaction' | 'locale'>,
  ): Promise<PhaseRequest<TUser>> {
    const { verifyTimeout } = this.options;
    const loggedIn = isLoggedIn(request);
    return {
      purpose,
      // In the second phase of a login the challenge identifies the user, never the session.
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
      locale,
      isRequired: (loggingIn) => this.isRequired(request, loggingIn),
      deviceChecks: deviceChecksOf(request),
    };
  }

  /** Whether the app's policy asks this user for a second factor. Fails closed on anything but a boolean. */
  private async isRequired(request: Request, user: TUser): Promise<boolean> {
    const { required, verifyTimeout } = this.options;
    if (required === undefined) return true;
    const decided: unknown = await withDeadline(
      verifyTimeout,
      () => required(user, request),
      callbackOverdue('required'),
    );
    if (typeof decided === 'boolean') return decided;
    throw requiredUndecided();
  }
}

/** What was read from a request before any check. */
interface Asked<TUser> extends Pick<PhaseRequest<TUser>, 'user' | 'locale'> {
  readonly intent: Intent;
}

/** A request that has passed the checks before its phase. */
interface Ready<TUser> {
  readonly kind: 'ready';
  readonly handles: Handles;
  readonly phase: PhaseRequest<TUser>;
  readonly key: string | undefined;
}

/** Whether the challenge can be neither answered nor resent any more. */
function isOver({ refusal: { code } }: Extract<Outcome<never>, { kind: 'refused' }>): boolean {
  return refusals[code].isOver;
}

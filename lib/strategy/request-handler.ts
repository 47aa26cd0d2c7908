import type { Request } from 'express';
import type { ChallengeInfo } from '../challenge/challenge.js';
import { handleKey } from '../challenge/handle.js';
import { type WrittenTransaction, writeTransaction } from '../challenge/transaction.js';
import type { FlowContext, LoadUser, PhaseRequest } from '../flow/flow-context.js';
import { type PendingQuery, pendingChallenge } from '../flow/pending-challenge.js';
import { withEvents } from '../flow/phase-events.js';
import { deviceChecksOf } from '../flow/trusted-device.js';
import { callbackOverdue } from '../flow/users.js';
import { type Outcome, refuse } from '../outcome.js';
import { withDeadline } from '../timers.js';
import { BodyState, type ClientState, SessionState } from './client-state.js';
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
import { type BodyFields, bodyUnread, type Intent, readIntent } from './request-body.js';
import type { RouteSettings } from './route-options-schema.js';
import { phaseName, type Ready, runPhases } from './run-phases.js';
import { expectRecord } from './unrecorded-factor.js';

/** Reads a request, checks it, and runs the phase that it asks for. */
export class RequestHandler<TUser> {
  private readonly clientState: ClientState;
  private readonly fields: BodyFields;

  constructor(
    private readonly options: StrategySettings<TUser>,
    private readonly context: FlowContext<TUser>,
  ) {
    const { codeField, resendField, recoveryCodes } = options;
    const recoveryCodeField = recoveryCodes && options.recoveryCodeField;
    this.fields = { codeField, resendField, recoveryCodeField };
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
    const intent = readIntent(request.body, route.phase, this.fields);
    const name = phaseName(this.context, intent, route.purpose, user);
    const ready = await withEvents(this.context, name, () =>
      this.prepare(request, route, { intent, user, locale }),
    );
    if (ready.kind === 'refused') return ready;
    const outcome = await runPhases(this.context, intent, ready, load);
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

  /** The key of the request's handle in the client's state; undefined while the user is unknown. */
  private keyOf(request: PhaseRequest<TUser>): string | undefined {
    const { purpose, user, transaction, newDestination } = request;
    if (user === undefined) return undefined;
    const userId = this.context.users.idOf(user);
    const number = typeof newDestination === 'string' ? newDestination : undefined;
    return handleKey({ purpose, userId, transaction }, number);
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

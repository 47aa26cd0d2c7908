import {
  type Challenge,
  type ChallengeInfo,
  describe,
  type Purpose,
  type UserId,
} from '../challenge/challenge.js';
import { type Answered, type Handle, handleKey, handleText } from '../challenge/handle.js';
import { ConfigurationError } from '../errors.js';
import { Attempts } from '../limits/attempts.js';
import { personKey } from '../limits/keys.js';
import type { LimiterFactory } from '../limits/limiter.js';
import { ReuseLimit } from '../limits/reuse.js';
import { Sends } from '../limits/sends.js';
import type { LimitSettings } from '../limits/settings.js';
import { SingleUse } from '../limits/single-use.js';
import { type MessageOptions, MessageText } from '../message/sms-text.js';
import type { Outcome } from '../outcome.js';
import { ProviderChain } from '../providers/fallback.js';
import type { Provider } from '../providers/provider.js';
import { PendingChallenges } from '../storage/challenges.js';
import { type Receipt, Receipts } from '../storage/receipts.js';
import type { Store } from '../storage/store.js';
import { UserChallenges } from '../storage/user-challenges.js';
import { isOurs } from './find-challenge.js';
import type { FlowContext, LoadUser, PhaseRequest } from './flow-context.js';
import { watched, watchedBefore } from './phase-events.js';
import { resendCode } from './resend-code.js';
import { challengeUser } from './start-challenge.js';
import { People, type PeopleOptions } from './users.js';
import { checkCode, type Response } from './verify-code.js';

interface FlowOptions<TUser> extends PeopleOptions<TUser>, MessageOptions<TUser> {
  readonly name: string;
  readonly provider: Provider;
  readonly fallback?: readonly Provider[] | undefined;
  readonly limits: LimitSettings;
  readonly storage: { readonly store: Store; readonly limiter: LimiterFactory };
}

/**
 * The longest validity that any provider knows, in seconds: what guards a challenge must be kept for
 * longer than the challenge can be found, joined and sent again.
 */
const longestValidity = 3600;

/** The two phases. Knows neither Passport nor HTTP; faults are thrown, everything else is an outcome. */
export class Flow<TUser> {
  private readonly context: FlowContext<TUser>;

  constructor(options: FlowOptions<TUser>) {
    const { name, realm, provider, fallback, limits, storage, words } = options;
    const retention = 3 * limits.firstFactorMaxAge + 2 * longestValidity;
    this.context = {
      strategy: name,
      realm,
      chain: new ProviderChain(provider, ...(fallback ?? [])),
      people: new People(options),
      text: new MessageText(options),
      words,
      pending: new PendingChallenges(storage.store),
      userChallenges: new UserChallenges(storage.store, retention * 1000),
      receipts: new Receipts(storage.store),
      attempts: new Attempts(storage.limiter, limits, retention),
      sends: new Sends(storage.limiter, limits),
      singleUse: new SingleUse(storage.limiter, retention),
      reuses: new ReuseLimit(storage.limiter, retention),
      firstFactorMaxAge: limits.firstFactorMaxAge * 1000,
    };
  }

  /**
   * `held` is what this client holds already for the same thing; `load` is there for a trusted device,
   * whose login ends here.
   */
  challenge(
    request: PhaseRequest<TUser>,
    held: Handle | undefined,
    load: LoadUser<TUser>,
  ): Promise<Outcome<TUser>> {
    return watched(this.context, request, 'challenge', () =>
      challengeUser(this.context, request, held, load),
    );
  }

  resend(answered: Answered | undefined, request: PhaseRequest<TUser>): Promise<Outcome<TUser>> {
    return watched(this.context, request, 'challenge', () =>
      resendCode(this.context, answered, request),
    );
  }

  respond(
    answered: Answered | undefined,
    request: PhaseRequest<TUser>,
    response: Response<TUser>,
  ): Promise<Outcome<TUser>> {
    return watched(this.context, request, 'code', () =>
      checkCode(this.context, answered, request, response),
    );
  }

  /** Runs what comes before a phase: what it refuses, and what breaks in it, is an event as well. */
  before<T extends { readonly kind: string }>(
    { purpose, user }: Pick<PhaseRequest<TUser>, 'purpose' | 'user'>,
    phase: 'challenge' | 'code',
    run: () => Promise<T | Refused>,
  ): Promise<T | Refused> {
    const userId = user === undefined ? undefined : this.context.people.knownId(user);
    return watchedBefore(this.context, { purpose, userId }, phase, run);
  }

  /** Under which a client keeps its handle; undefined where the user is not known yet. */
  keyOf({ purpose, user, transaction, newDestination }: PhaseRequest<TUser>): string | undefined {
    if (user === undefined) return undefined;
    const userId = this.context.people.idOf(user);
    const destination = typeof newDestination === 'string' ? newDestination : '';
    return handleKey({ purpose, userId, transaction, destination });
  }

  /** What a code page may show; undefined when there is nothing that this user could answer. */
  async pending(
    handle: Handle,
    { purpose, user, transaction }: PendingQuery<TUser>,
  ): Promise<ChallengeInfo | undefined> {
    const { pending, people, receipts, singleUse, attempts, userChallenges } = this.context;
    const [{ challenge }, used, attemptsRemaining] = await Promise.all([
      pending.byHandle(handle),
      singleUse.isClaimed(handle.challengeId),
      attempts.remainingOn(handle.challengeId),
    ]);
    if (!challenge || used || !isOurs(this.context, challenge, purpose)) return undefined;
    // In a step-up a page that asks for no transaction must not show, and offer to resend, that of one.
    const isMeant =
      transaction === challenge.transaction || (purpose === 'login' && transaction === undefined);
    if (!isMeant) return undefined;
    if (user !== undefined && !people.isUser(user, challenge.userId)) return undefined;
    const { messageId } = challenge.delivery;
    const [cancelled, receipt] = await Promise.all([
      userChallenges.isCancelled(challenge),
      messageId === undefined ? undefined : receipts.of(messageId),
    ]);
    if (cancelled) return undefined;
    const shown = describe(challenge, { id: handleText(handle), attemptsRemaining });
    return receipt === undefined ? shown : { ...shown, ...deliveryBy(receipt) };
  }

  /** Clears the failures, the lock and the sends of a user, for all purposes. */
  async unlock(userId: UserId): Promise<void> {
    const { realm, attempts, sends } = this.context;
    const people = bothTypes(userId).flatMap((id) =>
      (['login', 'enrol'] as const).map((purpose) => personKey({ realm, purpose, userId: id })),
    );
    await Promise.all(people.flatMap((person) => [attempts.clear(person), sends.clear(person)]));
  }

  /** Voids all that waits for a user's code, on the server: for a new password, or a logout everywhere. */
  async cancel(userId: UserId): Promise<void> {
    const { realm, userChallenges } = this.context;
    await Promise.all(bothTypes(userId).map((id) => userChallenges.cancel({ realm, userId: id })));
  }

  /** Voids what waits for a user's code, and erases what is kept of them. */
  async forget(userId: UserId): Promise<void> {
    const { realm, userChallenges, pending } = this.context;
    await this.cancel(userId);
    await Promise.all(
      bothTypes(userId).map(async (id) => {
        const owner = { realm, userId: id };
        const listed = await userChallenges.listOf(owner);
        await Promise.all(listed.map((challengeId) => pending.erase(challengeId)));
        await userChallenges.forgetList(owner);
      }),
    );
    await this.unlock(userId);
  }
}

type Refused = Extract<Outcome<never>, { kind: 'refused' }>;

/** What a code page asks for. */
export interface PendingQuery<TUser> {
  readonly purpose: Purpose;
  /** Who is logged in, where that is said. */
  readonly user: TUser | undefined;
  /** The transaction in canonical form; with a login any, where nothing is said. */
  readonly transaction: Challenge['transaction'];
}

/** `cancel(user.ID)` must not look like a success where it has done nothing. */
function idUnusable(): ConfigurationError {
  return new ConfigurationError('user_unusable', {
    problem: 'The id of a user is neither a string nor a number, so nothing was done.',
    hint: 'Give unlock, cancel and forget the id that the option "userId" gives.',
  });
}

/** Support staff have an id from a URL, and a database driver may give numbers as strings: both are meant. */
function bothTypes(userId: UserId): readonly UserId[] {
  if (typeof userId !== 'string' && !Number.isFinite(userId)) throw idUnusable();
  const number = Number(userId);
  const text = String(userId);
  return String(number) === text ? [number, text] : [userId];
}

/** What a receipt tells of a message that was sent. */
function deliveryBy({
  state,
  problem,
}: Receipt): Partial<Pick<ChallengeInfo, 'delivery' | 'deliveryProblem'>> {
  if (state === 'pending') return {};
  if (state === 'delivered') return { delivery: 'delivered' };
  return {
    delivery: 'undelivered',
    ...(problem === undefined ? {} : { deliveryProblem: problem }),
  };
}

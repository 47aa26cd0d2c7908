import { type ChallengeInfo, describe, type Purpose, type UserId } from '../challenge.js';
import { Attempts } from '../limits/attempts.js';
import type { LimiterFactory } from '../limits/limiter.js';
import { personKey } from '../limits/person.js';
import { Sends } from '../limits/sends.js';
import type { LimitSettings } from '../limits/settings.js';
import { SingleUse } from '../limits/single-use.js';
import { type MessageOptions, MessageText } from '../message.js';
import type { Outcome } from '../outcome.js';
import type { Pointer } from '../pointer.js';
import { ProviderChain } from '../providers/chain.js';
import type { Provider } from '../providers/provider.js';
import { PendingChallenges } from '../stores/pending.js';
import { type Receipt, Receipts } from '../stores/receipts.js';
import type { Store } from '../stores/store.js';
import { isOurs } from './found.js';
import { People, type PeopleOptions } from './people.js';
import { challengeUser } from './phase-one.js';
import { checkCode, type Response } from './phase-two.js';
import type { LoadUser, PhaseRequest } from './request.js';
import { resendCode } from './resend.js';
import type { Rooms } from './rooms.js';
import { watched } from './watching.js';

export interface FlowOptions<TUser> extends PeopleOptions<TUser>, MessageOptions<TUser> {
  readonly name: string;
  readonly realm: string;
  readonly provider: Provider;
  readonly fallback?: readonly Provider[] | undefined;
  readonly limits: LimitSettings;
  readonly memory: { readonly store: Store; readonly limiter: LimiterFactory };
}

/**
 * The longest validity that any provider knows, in seconds: what guards a challenge must be kept for
 * longer than the challenge can be found, joined and sent again.
 */
const longestValidity = 3600;

/** The two phases. Knows neither Passport nor HTTP; faults are thrown, everything else is an outcome. */
export class Flow<TUser> {
  private readonly rooms: Rooms<TUser>;

  constructor(options: FlowOptions<TUser>) {
    const { name, realm, provider, fallback, limits, memory, words } = options;
    const retention = 3 * limits.firstFactorAge + 2 * longestValidity;
    this.rooms = {
      strategy: name,
      realm,
      chain: new ProviderChain(provider, ...(fallback ?? [])),
      people: new People(options),
      text: new MessageText(options),
      words,
      pending: new PendingChallenges(memory.store),
      receipts: new Receipts(memory.store),
      attempts: new Attempts(memory.limiter, limits, retention),
      sends: new Sends(memory.limiter, limits),
      singleUse: new SingleUse(memory.limiter, retention),
      firstFactorAge: limits.firstFactorAge * 1000,
    };
  }

  /** `load` is there for a trusted device, whose login ends here. */
  challenge(request: PhaseRequest<TUser>, load: LoadUser<TUser>): Promise<Outcome<TUser>> {
    return watched(this.rooms, request, 'challenge', () =>
      challengeUser(this.rooms, request, load),
    );
  }

  resend(pointer: Pointer | undefined, request: PhaseRequest<TUser>): Promise<Outcome<TUser>> {
    return watched(this.rooms, request, 'challenge', () =>
      resendCode(this.rooms, pointer, request),
    );
  }

  respond(
    pointer: Pointer | undefined,
    request: PhaseRequest<TUser>,
    response: Response<TUser>,
  ): Promise<Outcome<TUser>> {
    return watched(this.rooms, request, 'code', () =>
      checkCode(this.rooms, pointer, request, response),
    );
  }

  /** What a code page may show; undefined when there is nothing to answer. */
  async pending(pointer: Pointer, purpose: Purpose): Promise<ChallengeInfo | undefined> {
    const { pending, receipts, singleUse, attempts } = this.rooms;
    const [{ challenge }, used, attemptsRemaining] = await Promise.all([
      pending.byPointer(pointer),
      singleUse.isClaimed(pointer.challengeId),
      attempts.remainingOn(pointer.challengeId),
    ]);
    if (!challenge || used || !isOurs(this.rooms, challenge, purpose)) return undefined;
    const shown = describe(challenge, { attemptsRemaining });
    const { messageId } = challenge.delivery;
    const receipt = messageId === undefined ? undefined : await receipts.of(messageId);
    return receipt === undefined ? shown : { ...shown, ...deliveryBy(receipt) };
  }

  /** Clears the failures, the lock and the sends of a user, for all purposes. */
  async unlock(userId: UserId): Promise<void> {
    const { realm } = this.rooms;
    const people = (['login', 'enrol'] as const).map((purpose) =>
      personKey({ realm, purpose, userId }),
    );
    await Promise.all(
      people.flatMap((person) => [
        this.rooms.attempts.clear(person),
        this.rooms.sends.clear(person),
      ]),
    );
  }
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

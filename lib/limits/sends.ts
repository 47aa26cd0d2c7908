// The limits on sending codes: an SMS costs money and disturbs its recipient.
import { type Challenge, type Subject, subjectKey } from '../challenge/challenge.js';
import { fingerprint } from '../fingerprint.js';
import { type Count, type Counter, countersOf } from './counter.js';
import { destinationKey, networkKey, userCounterKey } from './keys.js';
import type { LimiterFactory } from './limiter.js';
import type { LimitSettings } from './options.js';
import { withRollback } from './rollback.js';

/** A counter, and the key to count in it. */
type Bucket = readonly [Counter, string];

/** A message that was counted and may be sent. */
export interface Admitted {
  readonly allowed: true;
  /** The counts to give back if it was not sent, or if its outcome is unknown. */
  readonly counted: readonly Bucket[];
  /** The counts of the one message per cooldown after a message whose outcome is unknown. */
  readonly retried: readonly Bucket[];
  /** The counts of requests that the provider may reject. */
  readonly rejections: readonly Bucket[];
}

interface Refused {
  readonly allowed: false;
  readonly retryAfter: number | undefined;
}

export type Admission = Admitted | Refused;

/** A lock to send one message, held until `until` in milliseconds since the epoch. */
type SendLock = { readonly allowed: true; readonly until: number } | Refused;

/** Seconds. */
const hour = 3600;

/** Seconds: the longest that a message with an unknown outcome, or a rejected request, is counted. */
const maxBriefCount = 300;

/**
 * Requests of one user that the provider rejects (the number, a throttle, the account's own fault) in that
 * time. They cost no SMS and use up no other limit, but without this one a user with ever-new numbers could
 * get the account throttled for everyone.
 */
const maxRejections = 10;

/**
 * Counts all messages, and separately those that no correct code has answered.
 *
 * A message whose outcome is unknown (a lost answer, a 5xx) counts in none of the hourly limits, so that no
 * message is refused because of an outage that is over. Instead its number and its user get one message per
 * cooldown, whatever its purpose, until a message to them is known to be sent or an hour has passed. A
 * provider that fails but sends can therefore send at most one message per cooldown to a number (and as many
 * again while it is being enrolled), plus those that were in progress when the first answer was lost
 * (at most `unansweredSendsPerHour`).
 */
export class Sends {
  private readonly locks: Counter;
  private readonly perDestination: Counter;
  private readonly perUser: Counter;
  private readonly unansweredAtDestination: Counter;
  private readonly unansweredOfUser: Counter;
  private readonly perIp: Counter | undefined;
  private readonly total: Counter | undefined;
  private readonly lost: Counter;
  private readonly lostTotal: Counter | undefined;
  private readonly retries: Counter;
  private readonly rejections: Counter;

  constructor(
    makeLimiter: LimiterFactory,
    private readonly settings: LimitSettings,
  ) {
    const counter = countersOf(makeLimiter);
    const { resendCooldown, sendsPerHour, unansweredSendsPerHour } = settings;
    const { sendsPerHourPerIp, sendsPerHourTotal } = settings;
    const brief = Math.min(resendCooldown, maxBriefCount);
    this.locks = counter('send-right', 1, resendCooldown);
    this.perDestination = counter('sends-destination', sendsPerHour, hour);
    this.perUser = counter('sends-user', sendsPerHour, hour);
    this.unansweredAtDestination = counter('unanswered-destination', unansweredSendsPerHour, hour);
    this.unansweredOfUser = counter('unanswered-user', unansweredSendsPerHour, hour);
    this.lost = counter('sends-lost', 1, hour);
    this.retries = counter('sends-retried', 1, brief);
    // Stored under an earlier name.
    this.rejections = counter('sends-turned-away', maxRejections, maxBriefCount);
    if (sendsPerHourPerIp !== undefined) {
      this.perIp = counter('sends-ip', sendsPerHourPerIp, hour);
    }
    if (sendsPerHourTotal !== undefined) {
      this.total = counter('sends-overall', sendsPerHourTotal, hour);
      this.lostTotal = counter('sends-lost-overall', sendsPerHourTotal, brief);
    }
  }

  /** Takes the send lock: of all requests for the same subject within the cooldown, one gets it. */
  async claim(subject: Subject): Promise<SendLock> {
    const until = Date.now() + this.settings.resendCooldown * 1000;
    const { within, retryAfter } = await this.locks.count(lockKey(subject));
    return within ? { allowed: true, until } : { allowed: false, retryAfter };
  }

  /** Releases the lock, but not after `until`: by then it may be another request's, and a third would send too. */
  async release(subject: Subject, until: number): Promise<void> {
    if (Date.now() < until) await this.locks.clear(lockKey(subject));
  }

  /** Counts a message. If any limit is exceeded, rolls back all of them. */
  async count(subject: Subject, ip: string | undefined): Promise<Admission> {
    const { counted, retried, rejections, lostTotal } = await this.countEverywhere(subject, ip);
    const all = [...counted, ...retried, ...rejections];
    const refusals = all.filter(({ count }) => !count.within).map(({ count }) => count);
    if (lostTotal?.remaining === 0) refusals.push(lostTotal);
    if (refusals.length === 0) {
      return {
        allowed: true,
        counted: bucketsOf(counted),
        retried: bucketsOf(retried),
        rejections: bucketsOf(rejections),
      };
    }
    await takeBackAll(bucketsOf(all.filter(({ count }) => wasCounted(count))));
    return {
      allowed: false,
      retryAfter: Math.max(...refusals.map(({ retryAfter }) => retryAfter ?? hour)),
    };
  }

  /** Gives back a message that provably reached no provider. */
  async takeBack({ counted, retried, rejections }: Admitted): Promise<void> {
    await takeBackAll([...counted, ...retried, ...rejections]);
  }

  /** Gives back a message that the provider rejected. It stays counted as a request for a while. */
  async recordRejected({ counted, retried }: Admitted): Promise<void> {
    await takeBackAll([...counted, ...retried]);
  }

  /** Records a message as sent: the provider answers again. */
  async recordSent({ retried, rejections }: Admitted): Promise<void> {
    await Promise.all([takeBackAll(rejections), ...retried.map(([, key]) => this.lost.clear(key))]);
  }

  /** Records an unknown outcome. Adds the brief counts before giving back the hourly ones, to leave no gap. */
  async recordUnknown({ counted, rejections }: Admitted, subject: Subject): Promise<void> {
    await Promise.all([
      this.lost.add(destinationKey(subject)),
      this.lost.add(userCounterKey(subject)),
      this.lostTotal?.add(everything),
    ]);
    await takeBackAll([...counted, ...rejections]);
  }

  /**
   * Gives back the unanswered messages of a challenge whose code was correct, and of no other: neither the
   * same user's to a number being enrolled, nor another user's to the same number.
   */
  async recordCorrectCode(challenge: Challenge): Promise<void> {
    const { unanswered = 0 } = challenge;
    await Promise.all([
      this.unansweredAtDestination.takeBack(destinationKey(challenge), unanswered),
      this.unansweredOfUser.takeBack(userCounterKey(challenge), unanswered),
    ]);
  }

  /** Clears the counts of a user. Those of a number stay. */
  async clear(user: string): Promise<void> {
    const { perUser, unansweredOfUser, lost, retries, rejections } = this;
    const counters = [perUser, unansweredOfUser, lost, retries, rejections];
    await Promise.all(counters.map((counter) => counter.clear(user)));
  }

  private countEverywhere(subject: Subject, ip: string | undefined) {
    return withRollback(async (step) => {
      const countAll = (buckets: readonly Bucket[]): Promise<readonly Counted[]> =>
        Promise.all(
          buckets.map(async (bucket) => {
            const [counter, key] = bucket;
            const counting = counter.count(key);
            const count = await step(
              counting,
              (taken) => wasCounted(taken) && counter.takeBack(key),
            );
            return { bucket, count };
          }),
        );
      const keys = [destinationKey(subject), userCounterKey(subject)];
      const [own, rejections, inDoubt, lostTotal] = await Promise.all([
        countAll(this.ownBuckets(subject)),
        countAll([[this.rejections, userCounterKey(subject)]]),
        Promise.all(keys.map(async (key) => ((await this.lost.read(key)).used > 0 ? [key] : []))),
        this.lostTotal?.read(everything),
      ]);
      const retried = await countAll(inDoubt.flat().map((key) => [this.retries, key]));
      const refused =
        lostTotal?.remaining === 0 ||
        [...own, ...rejections, ...retried].some(({ count }) => !count.within);
      // Limits shared with other users come last: a message that is refused anyway must not count there at all.
      const shared = await countAll(refused ? [] : this.sharedBuckets(ip));
      return { counted: [...own, ...shared], retried, rejections, lostTotal };
    });
  }

  private ownBuckets(subject: Subject): readonly Bucket[] {
    const [destination, user] = [destinationKey(subject), userCounterKey(subject)];
    return [
      [this.perDestination, destination],
      [this.unansweredAtDestination, destination],
      [this.perUser, user],
      [this.unansweredOfUser, user],
    ];
  }

  private sharedBuckets(ip: string | undefined): readonly Bucket[] {
    return [
      ...(this.perIp ? [[this.perIp, networkKey(ip)] as const] : []),
      ...(this.total ? [[this.total, everything] as const] : []),
    ];
  }
}

/** The epoch is part of the key: after a cancellation the owner must not wait for a message that a thief requested. */
function lockKey(subject: Subject): string {
  const { epoch } = subject;
  return epoch === undefined ? subjectKey(subject) : fingerprint(subjectKey(subject), epoch);
}

/** The only key of a counter for everything. */
const everything = 'all';

interface Counted {
  readonly bucket: Bucket;
  readonly count: Count;
}

/** A limiter may refuse from a cache of its own, without counting; then points remain. */
const wasCounted = ({ within, remaining }: Count) => within || remaining === 0;

const bucketsOf = (counted: readonly Counted[]) => counted.map(({ bucket }) => bucket);

async function takeBackAll(buckets: readonly Bucket[]): Promise<void> {
  await Promise.all(buckets.map(([counter, key]) => counter.takeBack(key)));
}

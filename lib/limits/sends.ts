import { type Challenge, type Subject, subjectKey } from '../challenge/challenge.js';
import { fingerprint } from '../fingerprint.js';
import { type Count, Counter, withRollback } from './counter.js';
import { destinationKey, networkKey, personKey } from './keys.js';
import type { LimiterFactory } from './limiter.js';
import type { LimitSettings } from './settings.js';

/** A counter and what it counts. */
type Bucket = readonly [Counter, string];

/** A message that has been counted and may go out. */
interface Admitted {
  readonly allowed: true;
  /** What counted it, for as long as its outcome is known. */
  readonly counted: readonly Bucket[];
  /** What counted it as the one message of a cool-down, after another whose outcome is unknown. */
  readonly retried: readonly Bucket[];
  /** What counted it as a request that the provider may turn away. */
  readonly tried: readonly Bucket[];
}

interface Refused {
  readonly allowed: false;
  readonly retryAfter: number | undefined;
}

/** Whether a message may go out now. */
type Admission = Admitted | Refused;

/** The right to send one message; `until`, in milliseconds since the epoch, nobody else can have it. */
type Right = { readonly allowed: true; readonly until: number } | Refused;

/** Seconds. */
const hour = 3600;

/** Seconds for which a message counts at most whose outcome is unknown, and one that is turned away. */
const longestBrief = 300;

/**
 * Requests of one user that a provider may turn away (a refused request, a throttle, the account's own
 * fault) in that time. They cost no SMS and use up none, but without a bound one user with ever new
 * numbers could have the account throttled for all.
 */
const mostTurnedAway = 10;

/**
 * How often a code may be sent: an SMS costs money and wakes people up. All messages are counted, and
 * apart from them those that no right code has answered.
 *
 * A message whose outcome is unknown (a lost answer, a 5xx) counts in none of these hours, so that an
 * outage refuses no one once it is over. Instead its number and its user are in doubt: until one of
 * their messages is known to be sent, or an hour has passed, they get one message in each cool-down,
 * whatever it is for. So the most that a provider can send while it answers with faults is one message
 * in each cool-down to one number (120 an hour by default; as many to one that is being enrolled), and
 * besides them those that were under way together when the first was lost (five by default).
 */
export class Sends {
  private readonly rights: Counter;
  private readonly perDestination: Counter;
  private readonly perPerson: Counter;
  private readonly unansweredAtDestination: Counter;
  private readonly unansweredOfPerson: Counter;
  private readonly perIp: Counter | undefined;
  private readonly overall: Counter | undefined;
  private readonly lost: Counter;
  private readonly lostOverall: Counter | undefined;
  private readonly retries: Counter;
  private readonly tries: Counter;

  constructor(
    makeLimiter: LimiterFactory,
    private readonly settings: LimitSettings,
  ) {
    const counter = (name: string, points: number, duration: number) =>
      new Counter(makeLimiter, { keyPrefix: `passport-modica-2fa:${name}`, points, duration });
    const { resendCooldown, sendsPerHour, unansweredSendsPerHour } = settings;
    const { sendsPerHourPerIp, sendsPerHourTotal } = settings;
    const brief = Math.min(resendCooldown, longestBrief);
    this.rights = counter('send-right', 1, resendCooldown);
    this.perDestination = counter('sends-destination', sendsPerHour, hour);
    this.perPerson = counter('sends-user', sendsPerHour, hour);
    this.unansweredAtDestination = counter('unanswered-destination', unansweredSendsPerHour, hour);
    this.unansweredOfPerson = counter('unanswered-user', unansweredSendsPerHour, hour);
    this.lost = counter('sends-lost', 1, hour);
    this.retries = counter('sends-retried', 1, brief);
    this.tries = counter('sends-turned-away', mostTurnedAway, longestBrief);
    if (sendsPerHourPerIp !== undefined) {
      this.perIp = counter('sends-ip', sendsPerHourPerIp, hour);
    }
    if (sendsPerHourTotal !== undefined) {
      this.overall = counter('sends-overall', sendsPerHourTotal, hour);
      this.lostOverall = counter('sends-lost-overall', sendsPerHourTotal, brief);
    }
  }

  /** Atomic: of all who want to send for the same thing within the cool-down, one may. */
  async claim(subject: Subject): Promise<Right> {
    const until = Date.now() + this.settings.resendCooldown * 1000;
    const { within, retryAfter } = await this.rights.count(rightKey(subject));
    return within ? { allowed: true, until } : { allowed: false, retryAfter };
  }

  /** Past `until` the right is not ours to give: somebody else may have it, and a third one would send too. */
  async release(subject: Subject, until: number): Promise<void> {
    if (Date.now() < until) await this.rights.clear(rightKey(subject));
  }

  /** A message that one limit refuses uses up nothing: neither of the others nor of that one. */
  async count(subject: Subject, ip: string | undefined): Promise<Admission> {
    const { counted, retried, tried, lostOverall } = await this.countEverywhere(subject, ip);
    const all = [...counted, ...retried, ...tried];
    const refusals = all.filter(({ count }) => !count.within).map(({ count }) => count);
    if (lostOverall?.remaining === 0) refusals.push(lostOverall);
    if (refusals.length === 0) {
      return {
        allowed: true,
        counted: bucketsOf(counted),
        retried: bucketsOf(retried),
        tried: bucketsOf(tried),
      };
    }
    await takeBackAll(bucketsOf(all.filter(({ count }) => wasCounted(count))));
    return {
      allowed: false,
      retryAfter: Math.max(...refusals.map(({ retryAfter }) => retryAfter ?? hour)),
    };
  }

  /** It provably was not sent, because it never reached a provider. */
  async takeBack({ counted, retried, tried }: Admitted): Promise<void> {
    await takeBackAll([...counted, ...retried, ...tried]);
  }

  /** A provider turned it away: it uses up no message, and stays counted as a try for a while. */
  async turnAway({ counted, retried }: Admitted): Promise<void> {
    await takeBackAll([...counted, ...retried]);
  }

  /** It is known to be sent: the provider answers again. */
  async sent({ retried, tried }: Admitted): Promise<void> {
    await Promise.all([takeBackAll(tried), ...retried.map(([, key]) => this.lost.clear(key))]);
  }

  /** Nobody knows whether it was sent. The doubt comes first: in between, both counts hold. */
  async lose({ counted, tried }: Admitted, subject: Subject): Promise<void> {
    await Promise.all([
      this.lost.add(destinationKey(subject)),
      this.lost.add(personKey(subject)),
      this.lostOverall?.add(everything),
    ]);
    await takeBackAll([...counted, ...tried]);
  }

  /**
   * A right code answers the messages of its own challenge, and gives back no others: neither those to
   * a number of somebody else that the same user tries to enrol, nor those to the same number for
   * another user.
   */
  async answer(challenge: Challenge): Promise<void> {
    const { unanswered = 0 } = challenge;
    await Promise.all([
      this.unansweredAtDestination.takeBack(destinationKey(challenge), unanswered),
      this.unansweredOfPerson.takeBack(personKey(challenge), unanswered),
    ]);
  }

  /** What one user may send; a number's own limits stay. */
  async clear(person: string): Promise<void> {
    const { perPerson, unansweredOfPerson, lost, retries, tries } = this;
    const counters = [perPerson, unansweredOfPerson, lost, retries, tries];
    await Promise.all(counters.map((counter) => counter.clear(person)));
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
      const keys = [destinationKey(subject), personKey(subject)];
      const [own, tried, inDoubt, lostOverall] = await Promise.all([
        countAll(this.ownBuckets(subject)),
        countAll([[this.tries, personKey(subject)]]),
        Promise.all(keys.map(async (key) => ((await this.lost.read(key)).used > 0 ? [key] : []))),
        this.lostOverall?.read(everything),
      ]);
      const retried = await countAll(inDoubt.flat().map((key) => [this.retries, key]));
      const refused =
        lostOverall?.remaining === 0 ||
        [...own, ...tried, ...retried].some(({ count }) => !count.within);
      // One that is refused in any case must not count for others, not even for a moment.
      const shared = await countAll(refused ? [] : this.sharedBuckets(ip));
      return { counted: [...own, ...shared], retried, tried, lostOverall };
    });
  }

  private ownBuckets(subject: Subject): readonly Bucket[] {
    const [destination, person] = [destinationKey(subject), personKey(subject)];
    return [
      [this.perDestination, destination],
      [this.unansweredAtDestination, destination],
      [this.perPerson, person],
      [this.unansweredOfPerson, person],
    ];
  }

  private sharedBuckets(ip: string | undefined): readonly Bucket[] {
    return [
      ...(this.perIp ? [[this.perIp, networkKey(ip)] as const] : []),
      ...(this.overall ? [[this.overall, everything] as const] : []),
    ];
  }
}

/** After a cancellation the next code is another thing: its owner need not wait for what a thief has asked for. */
function rightKey(subject: Subject): string {
  const { epoch } = subject;
  return epoch === undefined ? subjectKey(subject) : fingerprint(subjectKey(subject), epoch);
}

/** The one key of a counter that counts everything. */
const everything = 'all';

interface Counted {
  readonly bucket: Bucket;
  readonly count: Count;
}

/** A limiter that refuses from a memory of its own has counted nothing, and says so. */
const wasCounted = ({ within, remaining }: Count) => within || remaining === 0;

const bucketsOf = (counted: readonly Counted[]) => counted.map(({ bucket }) => bucket);

async function takeBackAll(buckets: readonly Bucket[]): Promise<void> {
  await Promise.all(buckets.map(([counter, key]) => counter.takeBack(key)));
}

import ipaddr from 'ipaddr.js';
import { type Subject, subjectKey } from '../challenge.js';
import { fingerprint } from '../fingerprint.js';
import { Counter } from './counter.js';
import type { LimiterFactory } from './limiter.js';
import { destinationKey, personKey } from './person.js';
import type { LimitSettings } from './settings.js';

/** Whether a message may go out now. */
export type Admission =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly retryAfter: number | undefined };

/** The right to send one message; `until`, in milliseconds since the epoch, nobody else can have it. */
export type Right =
  | { readonly allowed: true; readonly until: number }
  | Extract<Admission, { allowed: false }>;

const hour = 3600;

/** How often a code may be sent: an SMS costs money and wakes people up. */
export class Sends {
  private readonly rights: Counter;
  private readonly perDestination: Counter;
  private readonly perPerson: Counter;
  private readonly perIp: Counter | undefined;
  private readonly overall: Counter | undefined;

  constructor(
    makeLimiter: LimiterFactory,
    private readonly settings: LimitSettings,
  ) {
    const counter = (name: string, points: number, duration: number) =>
      new Counter(makeLimiter, { keyPrefix: `passport-modica-2fa:${name}`, points, duration });
    this.rights = counter('send-right', 1, settings.resendAfter);
    this.perDestination = counter('sends-destination', settings.sendsPerHour, hour);
    this.perPerson = counter('sends-user', settings.sendsPerHour, hour);
    const { sendsPerHourPerIp, sendsPerHourOverall } = settings;
    if (sendsPerHourPerIp !== undefined) {
      this.perIp = counter('sends-ip', sendsPerHourPerIp, hour);
    }
    if (sendsPerHourOverall !== undefined) {
      this.overall = counter('sends-overall', sendsPerHourOverall, hour);
    }
  }

  /** Atomic: of all who want to send for the same thing within the cool-down, one may. */
  async claim(subject: Subject): Promise<Right> {
    const until = Date.now() + this.settings.resendAfter * 1000;
    const { within, retryAfter } = await this.rights.count(rightKey(subject));
    return within ? { allowed: true, until } : { allowed: false, retryAfter };
  }

  /** Past `until` the right is not ours to give: somebody else may have it, and a third one would send too. */
  async release(subject: Subject, until: number): Promise<void> {
    if (Date.now() < until) await this.rights.clear(rightKey(subject));
  }

  /** Who is refused by one limit uses up nothing of the others. */
  async count(subject: Subject, ip: string | undefined): Promise<Admission> {
    const counted = await Promise.all(
      this.bucketsOf(subject, ip).map(async ([counter, key]) => ({
        counter,
        key,
        count: await counter.count(key),
      })),
    );
    const refused = counted.filter(({ count }) => !count.within);
    if (refused.length === 0) return { allowed: true };
    await Promise.all(
      counted.filter(({ count }) => count.within).map(({ counter, key }) => counter.takeBack(key)),
    );
    return {
      allowed: false,
      retryAfter: Math.max(...refused.map(({ count }) => count.retryAfter ?? hour)),
    };
  }

  async takeBack(subject: Subject, ip: string | undefined): Promise<void> {
    await Promise.all(this.bucketsOf(subject, ip).map(([counter, key]) => counter.takeBack(key)));
  }

  async clear(person: string): Promise<void> {
    await this.perPerson.clear(person);
  }

  private bucketsOf(
    subject: Subject,
    ip: string | undefined,
  ): readonly (readonly [Counter, string])[] {
    return [
      [this.perDestination, destinationKey(subject)],
      [this.perPerson, personKey(subject)],
      ...(this.perIp ? [[this.perIp, networkOf(ip)] as const] : []),
      ...(this.overall ? [[this.overall, 'all'] as const] : []),
    ];
  }
}

/** After a cancellation the next code is another thing: its owner need not wait for what a thief has asked for. */
function rightKey(subject: Subject): string {
  const { epoch } = subject;
  return epoch === undefined ? subjectKey(subject) : fingerprint(subjectKey(subject), epoch);
}

/**
 * One household or server: an IPv4 address, or the /64 of an IPv6 one, which its owner changes at
 * will. Requests without a usable address share one bucket, so that hiding it gains nothing.
 */
function networkOf(ip = ''): string {
  // Some proxies put the port behind the address: 203.0.113.1:4711, [2001:db8::1]:4711.
  const bare = ip.replace(/^\[(.+)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
  if (!ipaddr.isValid(bare)) return 'unknown';
  return fingerprint(...ipaddr.process(bare).toByteArray().slice(0, 8));
}

import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../lib/fingerprint.js';
import { destinationKey, userAtDestinationKey, userCounterKey } from '../../../lib/limits/keys.js';
import type { LimiterFactory } from '../../../lib/limits/limiter.js';
import { ReuseLimit } from '../../../lib/limits/reuse.js';
import { Sends } from '../../../lib/limits/sends.js';
import { SingleUse } from '../../../lib/limits/single-use.js';
import { memoryLimiter } from '../../../lib/storage/in-memory.js';
import { someSubject } from '../../fixtures/challenges.js';
import { limitSettings } from '../../fixtures/limits.js';

/** What a factory is asked for. */
function asked(use: (factory: LimiterFactory) => unknown) {
  const made: [string, number, number][] = [];
  const make = memoryLimiter();
  use((options) => {
    made.push([options.keyPrefix, options.points, options.duration]);
    return make(options);
  });
  return made;
}

// Other names would forget every lock and every use at a deployment, the lasting locks too, and
// count apart in the two versions that run meanwhile.
describe('The keys of counters are those of earlier versions', () => {
  it('of claims', () => {
    expect(asked((factory) => new SingleUse(factory, 9900))).toEqual([
      ['passport-modica-2fa:used', 1, 9900],
      ['passport-modica-2fa:reference', 1, 9900],
    ]);
  });

  it('of clients that share a challenge', () => {
    expect(asked((factory) => new ReuseLimit(factory, 9900))).toEqual([
      ['passport-modica-2fa:reuses', 100, 9900],
    ]);
  });

  it('of sends', () => {
    const settings = limitSettings({ sendsPerHourPerIp: 20, sendsPerHourTotal: 1000 });
    expect(asked((factory) => new Sends(factory, settings))).toEqual([
      ['passport-modica-2fa:send-right', 1, 30],
      ['passport-modica-2fa:sends-destination', 20, 3600],
      ['passport-modica-2fa:sends-user', 20, 3600],
      ['passport-modica-2fa:unanswered-destination', 5, 3600],
      ['passport-modica-2fa:unanswered-user', 5, 3600],
      ['passport-modica-2fa:sends-lost', 1, 3600],
      ['passport-modica-2fa:sends-retried', 1, 30],
      ['passport-modica-2fa:sends-turned-away', 10, 300],
      ['passport-modica-2fa:sends-ip', 20, 3600],
      ['passport-modica-2fa:sends-overall', 1000, 3600],
      ['passport-modica-2fa:sends-lost-overall', 1000, 30],
    ]);
  });

  it('of users and numbers', () => {
    const login = someSubject();
    const enrolment = someSubject({ purpose: 'enrol' });
    expect([login, enrolment].map(userCounterKey)).toEqual([
      fingerprint('users', 'verified', 1),
      fingerprint('users', 'enrolment', 1),
    ]);
    expect(userAtDestinationKey(enrolment)).toBe(
      fingerprint(fingerprint('users', 'enrolment', 1), '+64211234567'),
    );
    expect([login, enrolment].map(destinationKey)).toEqual([
      fingerprint('verified', '+64211234567'),
      fingerprint('enrolment', '+64211234567'),
    ]);
  });
});

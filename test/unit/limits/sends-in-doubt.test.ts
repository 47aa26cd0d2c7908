import { describe, expect, it } from 'vitest';
import type { Subject } from '../../../lib/challenge/challenge.js';
import { userCounterKey } from '../../../lib/limits/keys.js';
import type { Limits } from '../../../lib/limits/options.js';
import { Sends } from '../../../lib/limits/sends.js';
import { memoryLimiter } from '../../../lib/storage/in-memory.js';
import { someSubject } from '../../fixtures/challenges.js';
import { second, stopClock } from '../../fixtures/clock.js';
import { expectAllowed, limitSettings } from '../../fixtures/limits.js';

const alice = someSubject();

/** A provider whose answers are lost, and those who send through it. */
function outage(limits?: Limits) {
  const clock = stopClock();
  const sends = new Sends(memoryLimiter(), limitSettings(limits));
  const lose = async (subject: Subject, ip?: string) => {
    const admission = await sends.count(subject, ip);
    if (admission.allowed) await sends.recordUnknown(admission, subject);
    return admission;
  };
  const send = async (subject: Subject) => {
    const admission = await sends.count(subject, undefined);
    if (admission.allowed) await sends.recordSent(admission);
    return admission;
  };
  return { clock, sends, lose, send };
}

const toOneNumber = (userId: number) => someSubject({ userId });
const ofOneUser = (index: number) => someSubject({ destination: `+642100000${100 + index}` });

describe('While the outcomes of messages are unknown,', () => {
  it.each([
    ['a number', toOneNumber],
    ['a user', ofOneUser],
  ])('A20: %s gets one message per cooldown, 121 in an hour', async (_whose, subject) => {
    const { clock, lose } = outage();
    let lost = 0;
    for (let now = 0; now < 3600; now += 10) {
      for (let asking = 0; asking < 3; asking += 1) {
        if ((await lose(subject(now + asking))).allowed) lost += 1;
      }
      clock.advance(10 * second);
    }
    expect(lost).toBe(121);
  });

  it('A20: messages in progress when the first is lost are limited by unansweredSendsPerHour', async () => {
    const { sends, lose } = outage();
    const at = await Promise.all(
      Array.from({ length: 50 }, (_, userId) => sends.count(toOneNumber(userId), undefined)),
    );
    const admitted = at.filter((admission) => admission.allowed);
    expect(admitted).toHaveLength(5);
    await Promise.all(admitted.map((admission) => sends.recordUnknown(admission, alice)));
    expect(await lose(alice)).toMatchObject({ allowed: true });
    expect(await lose(alice)).toEqual({ allowed: false, retryAfter: 30 });
  });

  it('a refused message uses up no hourly limit', async () => {
    const { clock, lose, send } = outage({ sendsPerHour: 1, sendsPerHourTotal: 100 });
    for (let tried = 0; tried < 5; tried += 1) await lose(alice);
    clock.advance(30 * second);
    expect(await send(alice)).toMatchObject({ allowed: true });
  });

  it('the cooldown ends with the first message that is known to be sent', async () => {
    const { clock, lose, send } = outage();
    await lose(alice);
    await lose(alice);
    clock.advance(30 * second);
    for (let sent = 0; sent < 5; sent += 1) {
      expect(await send(alice)).toMatchObject({ allowed: true });
    }
  });

  it('a message that was never sent delays no other', async () => {
    const { sends, lose } = outage();
    await lose(alice);
    await sends.takeBack(expectAllowed(await sends.count(alice, undefined)));
    expect(await lose(alice)).toMatchObject({ allowed: true });
  });

  it('A27: messages to a number being enrolled do not delay its owner', async () => {
    const { lose } = outage();
    const enrolment = someSubject({ purpose: 'enrol', userId: 666 });
    await lose(enrolment);
    await lose(enrolment);
    expect(await lose(enrolment)).toMatchObject({ allowed: false });
    expect(await lose(alice)).toMatchObject({ allowed: true });
  });

  it('F11: the total per cooldown is that of an hour, and the hourly total is not used up', async () => {
    const { clock, lose, send } = outage({ sendsPerHourTotal: 3, sendsPerHourPerIp: 3 });
    const person = (userId: number) =>
      someSubject({ userId, destination: `+642100000${100 + userId}` });
    for (let userId = 0; userId < 3; userId += 1) await lose(person(userId), '192.0.2.1');
    expect(await lose(person(3), '192.0.2.1')).toEqual({ allowed: false, retryAfter: 30 });
    clock.advance(30 * second);
    for (let userId = 0; userId < 3; userId += 1) {
      expect(await send(person(userId))).toMatchObject({ allowed: true });
    }
    expect(await send(person(3))).toMatchObject({ allowed: false, retryAfter: 3600 });
  });

  it('F11: a long cooldown delays other users for at most five minutes', async () => {
    const { lose } = outage({ resendCooldown: 3600 });
    await lose(alice);
    await lose(alice);
    expect(await lose(alice)).toEqual({ allowed: false, retryAfter: 300 });
  });

  it('unlocking a user ends their cooldown', async () => {
    const { sends, lose } = outage();
    await lose(ofOneUser(1));
    await lose(ofOneUser(2));
    await sends.clear(userCounterKey(alice));
    expect(await lose(ofOneUser(3))).toMatchObject({ allowed: true, retried: [] });
  });
});

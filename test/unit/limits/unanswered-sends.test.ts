import { describe, expect, it } from 'vitest';
import type { Subject } from '../../../lib/challenge/challenge.js';
import { userCounterKey } from '../../../lib/limits/keys.js';
import type { Limits } from '../../../lib/limits/options.js';
import { Sends } from '../../../lib/limits/sends.js';
import { memoryLimiter } from '../../../lib/storage/in-memory.js';
import { someChallenge, someSubject } from '../../fixtures/challenges.js';
import { hour, stopClock } from '../../fixtures/clock.js';
import { limitSettings } from '../../fixtures/limits.js';

const alice = someSubject();

function sending(limits?: Limits) {
  const sends = new Sends(memoryLimiter(), limitSettings(limits));
  const send = async (subject: Subject, times = 1) => {
    let sent = 0;
    for (let time = 0; time < times; time += 1) {
      const admission = await sends.count(subject, undefined);
      if (!admission.allowed) continue;
      await sends.recordSent(admission);
      sent += 1;
    }
    return sent;
  };
  const answer = (subject: Subject, unanswered = 1) =>
    sends.recordCorrectCode(someChallenge({ ...subject, unanswered }));
  return { sends, send, answer };
}

describe('A20: messages that no code answers', () => {
  it('are as many an hour as unansweredSendsPerHour says', async () => {
    const { send } = sending({ unansweredSendsPerHour: 2 });
    expect(await send(alice, 50)).toBe(2);
  });
});

describe('A20: messages that a correct code answers', () => {
  it('are twenty an hour', async () => {
    const { send, answer } = sending();
    let sent = 0;
    for (let time = 0; time < 25; time += 1) {
      sent += await send(alice);
      await answer(alice);
    }
    expect(sent).toBe(20);
  });

  it('give back the resends of their challenge too', async () => {
    const { send, answer } = sending();
    await send(alice, 3);
    await answer(alice, 3);
    expect(await send(alice, 50)).toBe(5);
  });

  it('make room, even if more were requested since', async () => {
    const { send, answer } = sending();
    expect(await send(alice, 50)).toBe(5);
    await answer(alice);
    expect(await send(alice, 50)).toBe(1);
  });

  it('give back those of their own challenge only', async () => {
    const { send, answer } = sending();
    await send(alice, 5);
    await answer(alice, 1);
    expect(await send(alice, 50)).toBe(1);
  });

  it('give back nothing that was sent to the same number for another user', async () => {
    const { send, answer } = sending();
    expect(await send(someSubject({ userId: 2 }), 4)).toBe(4);
    for (let time = 0; time < 3; time += 1) {
      await send(alice);
      await answer(alice);
    }
    expect(await send(alice, 50)).toBe(1);
  });

  it("give back nothing that the same user had sent to a stranger's number", async () => {
    const { send, answer } = sending();
    const own = someSubject({ purpose: 'enrol' });
    const strangers = someSubject({ purpose: 'enrol', destination: '+64217777777' });
    expect(await send(strangers, 3)).toBe(3);
    for (let time = 0; time < 5; time += 1) {
      await send(own);
      await answer(own);
    }
    expect(await send(strangers, 50)).toBe(2);
  });

  it('A27: give back nothing of the other purpose', async () => {
    const { send, answer } = sending();
    await send(alice, 5);
    await answer(someSubject({ purpose: 'enrol' }), 5);
    expect(await send(alice, 50)).toBe(0);
  });

  it('give back nothing once they have expired', async () => {
    const clock = stopClock();
    const { send, answer } = sending();
    await send(alice, 5);
    clock.advance(hour);
    await answer(alice, 5);
    expect(await send(alice, 50)).toBe(5);
  });

  it('give back nothing for a challenge of an older version, which counted none', async () => {
    const { sends, send } = sending();
    await send(alice, 5);
    await sends.recordCorrectCode(someChallenge());
    expect(await send(alice, 50)).toBe(0);
  });
});

describe('Unlocking a user', () => {
  it('clears the unanswered messages too', async () => {
    const { sends, send } = sending();
    await send(alice, 5);
    await sends.clear(userCounterKey(alice));
    expect(await send({ ...alice, destination: '+64210000000' }, 50)).toBe(5);
  });
});

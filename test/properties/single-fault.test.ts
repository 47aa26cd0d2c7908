import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { second } from '../fixtures/clock.js';
import type { Fault } from './protocol/faults.js';
import { checkInvariants } from './protocol/invariants.js';
import { userAt } from './protocol/perform.js';
import type { ProviderFault } from './protocol/provider.js';
import type { Request, User } from './protocol/requests.js';
import { story } from './protocol/story.js';
import { forgetTimers, stopAllTimers } from './protocol/timers.js';
import { limits, World } from './protocol/world.js';
import { longest, runs } from './runs.js';

beforeEach(stopAllTimers);
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const send = fc.record({
  /** What has happened before. */
  earlier: fc.constantFrom('nothing', 'login', 'right code', 'last wrong code'),
  /** Two logins at once; otherwise a resend where that is possible. */
  twice: fc.boolean(),
  /** How many operations of the memory succeed before one fails. */
  operations: fc.nat({ max: 40 }),
  fault: fc.constantFrom<Fault>('before', 'after', 'late'),
  providerFault: fc.constantFrom<ProviderFault | undefined>(
    undefined,
    'down',
    'lost',
    'credentials',
    'throttled',
    'rejected',
  ),
});

type Send = typeof send extends fc.Arbitrary<infer T> ? T : never;

/** What happens before the faults, without any. */
async function prepare(world: World, user: User, earlier: Send['earlier']): Promise<void> {
  if (earlier === 'nothing') return;
  world.login(0, user);
  await world.settle();
  const [handle = ''] = world.handles;
  const { code = '' } = world.provider.messages[0] ?? {};
  if (earlier === 'right code') world.respond(0, handle, code);
  await world.settle();
  if (earlier === 'last wrong code') {
    for (let time = 0; time < limits.attemptsPerChallenge; time += 1) {
      world.respond(0, handle, '000000');
      await world.settle();
    }
  }
  vi.setSystemTime(Date.now() + limits.resendCooldown * second);
}

/** Sends a message while the memory fails once, and the provider too. */
async function sendWithFaults(world: World, user: User, step: Send): Promise<readonly Request[]> {
  const { memory, provider } = world;
  memory.faults.wait(step.operations);
  memory.faults.add(step.fault);
  if (step.providerFault !== undefined) provider.faults.add(step.providerFault);
  const [handle = ''] = world.handles;
  const first = step.earlier === 'login' ? world.resend(0, handle) : world.login(0, user);
  const sends = step.twice ? [first, world.login(1, user)] : [first];
  await world.settle();
  memory.faults.clear();
  provider.faults.clear();
  return sends;
}

describe('A message during which the memory fails once, and perhaps the provider', () => {
  it('is sent once, works where it was announced, and is announced only if it was or may have been sent', {
    timeout: longest,
  }, async () => {
    const property = fc.asyncProperty(fc.scheduler(), send, async (scheduler, step) => {
      forgetTimers();
      const world = new World(scheduler, { isSynchronous: false });
      const { messages } = world.provider;
      const user = userAt(world, 0);
      await prepare(world, user, step.earlier);
      const earlier = messages.length;
      const sends = await sendWithFaults(world, user, step);
      const sent = messages.length - earlier;
      const next = world.login(1, user);
      await world.settle();
      checkInvariants(world);
      try {
        // A resend has a challenge that can be joined, whatever became of its message.
        if (step.earlier !== 'login' && isJoined(next)) expect(sent).toBe(1);
        if (sent > 0) expect(messages.length).toBe(earlier + 1);
        for (const { outcome, handle: held } of sends) {
          if (outcome?.kind !== 'challenged' || outcome.challenge.reused !== false) continue;
          const answer = world.respond(1, held ?? outcome.handle, messages[earlier]?.code ?? '');
          await world.settle();
          expect(answer.outcome).toMatchObject({ kind: 'verified', user });
        }
      } catch (error) {
        throw new Error(`${String(error)}\n${story(world)}`, { cause: error });
      }
    });
    await fc.assert(property, { numRuns: runs(2000) });
  });
});

const isJoined = ({ outcome }: Request) =>
  outcome?.kind === 'challenged' && outcome.challenge.reused === true;

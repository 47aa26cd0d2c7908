import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { timers } from '../../lib/timers.js';
import { checkInvariants } from './protocol/invariants.js';
import { perform } from './protocol/perform.js';
import { type Step, step } from './protocol/steps.js';
import { World } from './protocol/world.js';
import { longest, runs } from './runs.js';

beforeEach(() => {
  // The limiter's timers too: ten thousand worlds leave hundreds of thousands of them.
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  vi.spyOn(timers, 'setTimeout').mockImplementation(setTimeout);
  vi.spyOn(timers, 'clearTimeout').mockImplementation(clearTimeout);
  // A login that waits for another's challenge looks again after a pause: here its turn is the pause.
  vi.spyOn(timers, 'delay').mockResolvedValue(undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('Random sequences of requests on two nodes', () => {
  it('never log in without a code, verify a challenge twice or send an accidental SMS', {
    timeout: longest,
  }, async () => {
    const property = fc.asyncProperty(
      fc.scheduler(),
      fc.array<Step>(step, { minLength: 20, maxLength: 60, size: 'max' }),
      fc.boolean(),
      async (scheduler, steps, isSynchronous) => {
        vi.clearAllTimers();
        // Each call of a spy is recorded: those of ten thousand worlds were 4 GB.
        vi.clearAllMocks();
        const world = new World(scheduler, { isSynchronous });
        for (const each of steps) await perform(world, each);
        await world.settle();
        checkInvariants(world);
        await world.heal();
        for (const user of world.users) {
          const login = world.login(0, user);
          await world.settle();
          expect(login.outcome).toMatchObject({ kind: 'challenged', challenge: { reused: false } });
          const code = world.provider.messages.at(-1)?.code ?? '';
          const answer = world.respond(1, world.handles.at(-1) ?? '', code);
          await world.settle();
          expect(answer.outcome).toMatchObject({ kind: 'verified', user });
        }
      },
    );
    await fc.assert(property, { numRuns: runs(1000) });
  });
});

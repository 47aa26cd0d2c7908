import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkInvariants } from './protocol/invariants.js';
import { perform } from './protocol/perform.js';
import { type Step, step } from './protocol/steps.js';
import { forgetTimers, stopAllTimers } from './protocol/timers.js';
import { World } from './protocol/world.js';
import { longest, runs } from './runs.js';

beforeEach(stopAllTimers);
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
        forgetTimers();
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

import { vi } from 'vitest';
import { readHandle } from '../../../lib/challenge/handle.js';
import { second } from '../../fixtures/clock.js';
import { challengeOf, type User } from './requests.js';
import type { Step } from './steps.js';
import type { World } from './world.js';

/** Does one step; numbers choose among what is there, and do nothing where nothing is. */
export async function perform(world: World, step: Step): Promise<void> {
  switch (step.kind) {
    case 'login':
      world.login(step.node, userAt(world, step.user));
      return;
    case 'respond': {
      const chosen = choose(world.handles, step.handle);
      if (chosen === undefined) return;
      const handle = mix(chosen, choose(world.handles, step.mixedWith ?? step.handle));
      const code = codeFor(world, handle, step.code);
      for (let time = 0; time < step.times; time += 1) {
        world.respond((step.node + time) % 2, handle, code);
      }
      return;
    }
    case 'resend': {
      const handle = choose(world.handles, step.handle);
      if (handle !== undefined) world.resend(step.node, handle);
      return;
    }
    case 'go on':
      await world.goOn(step.turns);
      return;
    case 'settle':
      await world.settle();
      return;
    case 'time passes':
      // While something is under way little time passes: it has a deadline of some seconds.
      if (step.milliseconds > 5 * second) await world.settle();
      vi.setSystemTime(Date.now() + step.milliseconds);
      return;
    case 'provider fails':
      world.provider.faults.add(step.fault, step.times);
      return;
    case 'memory fails':
      world.memory.faults.add(step.fault);
      return;
    case 'node dies':
      world.kill(step.node);
      return;
    case 'number changes':
      await world.changeNumber(userAt(world, step.user));
  }
}

/** The newest more often than the others. */
function choose<T>(all: readonly T[], index: number): T | undefined {
  return index % 2 === 0 ? all.at(-1) : all[index % all.length];
}

/** The challenge of one handle with the first factor of another. */
function mix(one: string, other = one): string {
  return `${one.split('.')[0]}.${other.split('.')[1]}`;
}

export function userAt({ users }: World, index: number): User {
  const user = users[index];
  if (user === undefined) throw new Error(`There is no user ${index}`);
  return user;
}

function codeFor(world: World, handle: string, code: 'right' | 'wrong' | number): string {
  const { messages } = world.provider;
  const message =
    code === 'right'
      ? messages.findLast((sent) => challengeOf(sent.request) === readHandle(handle)?.challengeId)
      : code === 'wrong'
        ? undefined
        : choose(messages, code);
  return message?.code ?? '000000';
}

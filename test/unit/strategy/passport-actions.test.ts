import { once } from 'node:events';
import { Strategy } from 'passport-strategy';
import { describe, expect, it } from 'vitest';
import { Translations } from '../../../lib/message/translations.js';
import {
  act,
  actionsOf,
  callOnce,
  type Translate,
} from '../../../lib/strategy/passport-actions.js';

const words = new Translations();
const translate: Translate = (refusal) => words.translate(refusal, 'en');

/** A strategy as Passport prepares it, that writes down which actions are called. */
class Recorded extends Strategy {
  readonly called: unknown[][] = [];
  override success = (...args: unknown[]) => void this.called.push(['success', ...args]);
  override fail = (...args: unknown[]) => void this.called.push(['fail', ...args]);
  override redirect = (...args: unknown[]) => void this.called.push(['redirect', ...args]);
  override error = (...args: unknown[]) => void this.called.push(['error', ...args]);
}

describe('An outcome that is none of ours', () => {
  it('ends in an error, and never in a login', () => {
    const strategy = new Recorded();
    act(actionsOf(strategy), Object({ kind: 'odd', user: { id: 1 } }), {}, translate);
    expect(strategy.called).toEqual([['error', expect.any(Error)]]);
  });
});

describe('The actions', () => {
  it('stay those of their request when the instance is given to another one', () => {
    const strategy = new Recorded();
    const first = actionsOf(strategy);
    const taken: unknown[] = [];
    strategy.success = (user: unknown) => void taken.push(user);
    first.success({ id: 1 });
    expect(taken).toEqual([]);
    expect(strategy.called).toEqual([['success', { id: 1 }]]);
  });
});

describe('What an action throws', () => {
  const thrown = new Error('headers are sent');
  const action = () => {
    throw thrown;
  };

  it('goes to the router, where there is one', () => {
    const errors: unknown[] = [];
    const strategy = new Recorded();
    callOnce(action, (error) => errors.push(error), strategy);
    expect(errors).toEqual([thrown]);
    expect(strategy.called).toEqual([]);
  });

  it('goes to the error action, where there is none', () => {
    const strategy = new Recorded();
    callOnce(action, undefined, strategy);
    expect(strategy.called).toEqual([['error', thrown]]);
  });

  it('is told of nobody where that throws too', () => {
    const strategy = new Recorded();
    const { fail } = strategy;
    callOnce(action, undefined, { error: action, fail });
    expect(strategy.called).toEqual([
      ['fail', { code: 'account_unavailable', message: expect.any(String) }, 500],
    ]);
  });

  it('ends no process whatever throws, and is a warning in the end', async () => {
    const warned = once(process, 'warning');
    callOnce(action, undefined, { error: action, fail: action });
    expect(await warned).toEqual([thrown]);
  });
});

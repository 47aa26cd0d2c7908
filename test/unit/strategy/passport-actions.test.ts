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

describe('An unknown outcome', () => {
  it('ends in an error, never in a login', () => {
    const strategy = new Recorded();
    act(actionsOf(strategy), Object({ kind: 'odd', user: { id: 1 } }), {}, translate);
    expect(strategy.called).toEqual([['error', expect.any(Error)]]);
  });
});

describe('The actions of a request', () => {
  it('stay the same when the strategy instance is used for another request', () => {
    const strategy = new Recorded();
    const first = actionsOf(strategy);
    const taken: unknown[] = [];
    strategy.success = (user: unknown) => void taken.push(user);
    first.success({ id: 1 });
    expect(taken).toEqual([]);
    expect(strategy.called).toEqual([['success', { id: 1 }]]);
  });
});

describe('An error thrown in an action', () => {
  const thrown = new Error('headers are sent');
  const action = () => {
    throw thrown;
  };

  it('goes to the router, if there is one', () => {
    const errors: unknown[] = [];
    const strategy = new Recorded();
    callOnce(action, (error) => errors.push(error), strategy);
    expect(errors).toEqual([thrown]);
    expect(strategy.called).toEqual([]);
  });

  it('goes to the error action without a router', () => {
    const strategy = new Recorded();
    callOnce(action, undefined, strategy);
    expect(strategy.called).toEqual([['error', thrown]]);
  });

  it('ends in a 500 when the error action throws too', () => {
    const strategy = new Recorded();
    const { fail } = strategy;
    callOnce(action, undefined, { error: action, fail });
    expect(strategy.called).toEqual([
      ['fail', { code: 'account_unavailable', message: expect.any(String) }, 500],
    ]);
  });

  it('never crashes the process, and becomes a warning in the end', async () => {
    const warned = once(process, 'warning');
    callOnce(action, undefined, { error: action, fail: action });
    expect(await warned).toEqual([thrown]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHandle } from '../../lib/challenge/handle.js';
import { SessionState } from '../../lib/strategy/client-state.js';
import { readIntent } from '../../lib/strategy/request-body.js';
import { runs } from './runs.js';

const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true });

/** What a body parser or a session can hold, with the keys that are looked for now and then. */
const body = fc.oneof(
  anything,
  fc.dictionary(fc.constantFrom('code', 'resend', '__proto__', 'constructor', 'x'), anything),
);

const some = { numRuns: runs(500) };

describe('A random body', () => {
  const fields = { codeField: 'code', resendField: 'resend' };

  it('is a challenge, a resend or a response, and a code is a short string', () => {
    const property = fc.property(
      body,
      fc.constantFrom('challenge', 'response', undefined),
      (posted, phase) => {
        const intent = readIntent(posted, phase, fields);
        if (phase === 'challenge') expect(intent).toEqual({ kind: 'challenge' });
        if (phase === 'response') expect(intent.kind).not.toBe('challenge');
        if (intent.kind !== 'response' || intent.code === undefined) return;
        expect(intent.code).toMatch(/^[^ -]{0,64}$/s);
      },
    );
    fc.assert(property, some);
  });

  it('contains a handle only if it is two ids of 128 bits, and then exactly these', () => {
    const unit = fc.constantFrom(...'AZaz09-_+/=.');
    const id = fc.string({ unit, minLength: 21, maxLength: 23 });
    const handle = fc.tuple(id, id).map((ids) => ids.join('.'));
    const property = fc.property(fc.oneof(anything, fc.string(), handle), (posted) => {
      const read = readHandle(posted);
      if (read) expect(`${read.challengeId}.${read.firstFactorId}`).toBe(posted);
    });
    fc.assert(property, some);
  });
});

describe("A random value under the session's key", () => {
  it('is read without an error, and replaced by the next write', () => {
    const property = fc.property(anything, (held) => {
      const clientState = new SessionState('model', 'challenge');
      const session: Record<string, unknown> = { cart: 1, 'two-factor:model': held };
      const written = `${'a'.repeat(22)}.${'b'.repeat(22)}`;
      const handles = clientState.open({ session });
      handles.for('login', undefined);
      const key = 'k'.repeat(22);
      handles.keep('login', key, written);
      const [kept] = handles.for('login', key);
      expect(kept?.handle).toEqual(readHandle(written));
      if (kept) handles.forget(kept.handle);
      expect(handles.for('login', key)).toEqual([]);
      expect(session['cart']).toBe(1);
    });
    fc.assert(property, some);
  });
});

import { describe, expect, it } from 'vitest';
import { refuse } from '../../lib/outcome.js';

describe('refuse', () => {
  it('returns a refusal with further details', () => {
    expect(refuse('user_locked', { retryAfter: 900 })).toEqual({
      kind: 'refused',
      refusal: { code: 'user_locked', retryAfter: 900 },
    });
  });

  it('returns a refusal without further details', () => {
    expect(refuse('challenge_not_found')).toEqual({
      kind: 'refused',
      refusal: { code: 'challenge_not_found' },
    });
  });
});

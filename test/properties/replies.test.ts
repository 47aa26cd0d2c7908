import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTwoFactorError, type TwoFactorError } from '../../lib/errors.js';
import { parseTimestamp, toReply } from '../../lib/providers/http/reply.js';
import type { Check } from '../../lib/providers/provider.js';
import { startEmulator } from '../fixtures/emulator.js';
import { providerOf } from '../fixtures/modica.js';
import { longest, runs } from './runs.js';

const some = { numRuns: runs(500) };

describe('Random replies of Modica', () => {
  const accepted = ['valid', 'verified', 'approved'];
  const status = fc.oneof(
    fc.constantFrom(200, 201, 202, 204, 400),
    fc.integer({ min: 200, max: 599 }),
  );
  const word = fc.oneof(
    fc.constantFrom(...accepted, 'success', 'VALID', 'invalid', ' valid'),
    fc.string(),
  );
  const text = fc.oneof(
    word.map((value) => JSON.stringify({ status: value })),
    word.map((value) => JSON.stringify({ error: value })),
    word.map((value) => JSON.stringify([{ status: value }])),
    word.map((value) => `{"__proto__":{"status":${JSON.stringify(value)}}}`),
    fc.json(),
    fc.string(),
  );

  it(
    'only a 201 whose own status is one of the accepted words logs in',
    async () => {
      const emulator = await startEmulator();
      const provider = providerOf(emulator);
      const property = fc.asyncProperty(status, text, async (code, reply) => {
        emulator.overrideNextReply({
          reply: 'replaced',
          processed: false,
          status: code,
          body: reply,
        });
        const answer: Check | TwoFactorError = await provider
          .check('reference', '123456')
          .catch((error: unknown) => {
            if (isTwoFactorError(error)) return error;
            throw error;
          });
        const isYes = code === 201 && isAcceptedStatus(reply, accepted);
        expect('verdict' in answer && answer.verdict === 'accepted').toBe(isYes);
      });
      await fc.assert(property, { numRuns: runs(300) });
    },
    longest,
  );

  it('give a Retry-After of whole seconds up to an hour, or none', () => {
    const header = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.date().map((date) => (Number.isNaN(date.getTime()) ? '' : date.toUTCString())),
    );
    const property = fc.property(header, (value) => {
      const headers = { 'retry-after': value };
      const { retryAfter } = toReply({ statusCode: 429, body: '', headers }, { secrets: [] });
      if (retryAfter === undefined) return;
      expect(Number.isInteger(retryAfter) && retryAfter >= 0 && retryAfter <= 3600).toBe(true);
    });
    fc.assert(property, some);
  });

  it('give a time exactly as it was written, or none', () => {
    const date = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (time) => {
        expect(parseTimestamp(time.toISOString())).toBe(time.getTime());
      }),
      some,
    );
    fc.assert(
      fc.property(fc.string(), (odd) => {
        expect(parseTimestamp(odd)).toBeUndefined();
      }),
      some,
    );
  });
});

/** Worked out in another way than the library does. */
function isAcceptedStatus(reply: string, accepted: readonly string[]): boolean {
  try {
    const read: unknown = JSON.parse(reply);
    const own = Object.entries(Array.isArray(read) ? {} : Object(read)).find(
      ([key]) => key === 'status',
    );
    return accepted.some((word) => own?.[1] === word);
  } catch {
    return false;
  }
}

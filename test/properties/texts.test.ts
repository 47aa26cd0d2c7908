import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBinding, showable, writeBinding } from '../../lib/binding.js';
import { maskDestination, readDestination } from '../../lib/destination.js';
import { contentProblem } from '../../lib/message.js';
import { runs } from './runs.js';

const some = { numRuns: runs(500) };

describe('Whatever an app gives as a number', () => {
  it('is texted only if it is a plus and 7 to 15 digits, and shows at most a quarter of them', () => {
    const digits = fc.string({
      unit: fc.constantFrom(...'0123456789'),
      minLength: 0,
      maxLength: 18,
    });
    const number = fc.oneof(
      fc.anything(),
      fc.string(),
      digits.map((all) => `+${all}`),
    );
    const property = fc.property(number, (given) => {
      const read = readDestination(given);
      expect(read.usable).toBe(typeof given === 'string' && /^\+[1-9]\d{6,14}$/.test(given));
      if (!read.usable) return;
      expect(read.number).toBe(given);
      const shown = maskDestination(read.number).replaceAll('•', '');
      expect(shown.length).toBeLessThanOrEqual((read.number.length - 1) / 4);
      expect(read.number.endsWith(shown)).toBe(true);
    });
    fc.assert(property, some);
  });
});

describe('Whatever the text of an SMS is', () => {
  it('is taken only if Python’s formatting puts the code into it and finds no other "%"', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('%(code)s', '%', '%%', '%(other)s', '%(code)d'),
    );
    const content = fc.array(part).map((parts) => parts.join(''));
    const property = fc.property(content, (given) => {
      if (contentProblem(given) !== undefined) return;
      const formatted = given.replaceAll('%(code)s', '123456');
      expect(formatted).not.toContain('%');
      expect(formatted).toContain('123456');
    });
    fc.assert(property, some);
  });
});

describe('Whatever somebody wrote', () => {
  it('is one line in an SMS, without a variable, and shows nothing else when shown again', () => {
    const property = fc.property(fc.string({ unit: 'binary' }), (written) => {
      const shown = showable(written);
      expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\n\r%"]/u);
      expect(showable(shown)).toBe(shown);
    });
    fc.assert(property, some);
  });
});

describe('Whatever transaction is bound', () => {
  const isShown = (text: string) => showable(text) !== '';
  const value = fc.oneof(
    fc.string({ maxLength: 100 }).filter(isShown),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
  );
  const named = fc.dictionary(
    fc
      .string({ minLength: 1, maxLength: 30 })
      .filter((name) => name !== '__proto__' && showable(name) === name),
    value,
    { minKeys: 1, maxKeys: 10 },
  );
  const binding = fc.oneof(fc.string({ maxLength: 300 }).filter(isShown), named);

  it('comes back with the values that were approved', () => {
    const property = fc.property(binding, (approved) => {
      // JSON knows no negative zero.
      expect(readBinding(writeBinding(approved))).toEqual(JSON.parse(JSON.stringify(approved)));
    });
    fc.assert(property, some);
  });

  it('is one text in whatever order its values are named, and another for any other transaction', () => {
    const property = fc.property(binding, binding, (one, other) => {
      if (typeof one === 'object') {
        const reversed = Object.fromEntries(Object.entries(one).reverse());
        expect(writeBinding(reversed)).toBe(writeBinding(one));
      }
      const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
      expect(writeBinding(one) === writeBinding(other)).toBe(same);
    });
    fc.assert(property, some);
  });
});

const sorted = (binding: unknown): unknown =>
  typeof binding === 'string' ? binding : Object.entries(Object(binding)).sort();

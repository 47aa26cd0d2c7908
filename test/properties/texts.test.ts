import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showable } from '../../lib/challenge/displayed-text.js';
import { readTransaction, shownTransaction } from '../../lib/challenge/transaction.js';
import { english } from '../../lib/message/english.js';
import { contentProblem, textProblem } from '../../lib/message/sms-text.js';
import { spanish } from '../../lib/message/spanish.js';
import { maskDestination, readDestination } from '../../lib/phone-number.js';
import { quotationMarks, unseen, writeTransaction } from '../fixtures/transactions.js';
import { runs } from './runs.js';

const some = { numRuns: runs(500) };

describe('A random value as a phone number', () => {
  it('is sent an SMS only if it is a plus and 7 to 15 digits, and masked to at most a quarter of them', () => {
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

describe('A random string as content', () => {
  it('is accepted only if Python’s formatting inserts the code and finds no other "%"', () => {
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

/** Similar strings, and the same with invisible characters or look-alikes. */
const alike = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('bob', 'a', '1', ' ', ', ', '5', ', to ', 'x') },
      fc.constantFrom("'", '"', '’', '%', '％', '{', '\u0301', '\uFF42', '\u00B2', '@', '#', 'é'),
      fc.constantFrom(...unseen),
      fc.constantFrom(...quotationMarks),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

const value = fc.oneof(
  { weight: 3, arbitrary: alike },
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.double(),
  fc.integer({ min: -2, max: 2 }),
  fc.boolean(),
);
const named = fc.dictionary(
  fc.oneof(alike, fc.constantFrom('a', 'b', 'to', 'amount', '10', '9', 'a 1, b'), fc.string()),
  value,
  { maxKeys: 11 },
);
const transaction = fc.oneof(alike, fc.string({ unit: 'grapheme', maxLength: 300 }), named);

describe('A random string of a client', () => {
  it('is shown normalised and otherwise unaltered, on one line and in one quotation, or rejected', () => {
    const property = fc.property(fc.oneof(alike, fc.string({ unit: 'binary' })), (text) => {
      const read = showable(text, 300);
      if (!read.ok) return;
      expect(read.value).toBe(text.normalize('NFKC'));
      expect(read.value).not.toMatch(/[\p{C}\p{Zl}\p{Zp}"％｛｝]|(?! )\p{Z}|''|^ | $| {2}/u);
      expect(Array.from(read.value).length).toBeLessThanOrEqual(300);
      expect(shownTransaction(read.value).approves).toBe(`"${read.value.replaceAll('%', '％')}"`);
      // Shown once more it is the same: what comes back as approved can be bound again.
      expect(showable(read.value, 300)).toEqual(read);
    });
    fc.assert(property, some);
  });
});

describe('A random transaction', () => {
  it('is returned as it was approved, in NFKC', () => {
    const property = fc.property(transaction, (approved) => {
      const canonical = writeTransaction(approved);
      fc.pre(canonical.ok);
      // JSON knows no negative zero.
      const expected = inForm(JSON.parse(JSON.stringify(approved)), (text) =>
        text.normalize('NFKC'),
      );
      expect(readTransaction(canonical.written)).toEqual(expected);
    });
    fc.assert(property, some);
  });

  it('A24, A39: and another one have the same canonical form or different SMS', () => {
    const changed = fc.tuple(transaction, transaction, fc.boolean()).map(([one, other, mixed]) => {
      if (!mixed || typeof one === 'string') return [one, other];
      // What the SMS of the one says, as the whole of the other.
      return [one, shownTransaction(Object(one)).approves];
    });
    const property = fc.property(changed, ([one, other]) => {
      const [first, second] = [writeTransaction(one), writeTransaction(other)];
      fc.pre(first.ok && second.ok);
      const [a, b] = [readTransaction(first.written), readTransaction(second.written)].map(
        (read) => shownTransaction(read).approves,
      );
      expect(a === b).toBe(first.written === second.written);
      expect(first.written === second.written).toBe(same(one, other));
    });
    fc.assert(property, { ...some, numRuns: runs(1500) });
  });

  it('A39: is the same in all Unicode forms with equal NFKC', () => {
    const property = fc.property(transaction, fc.constantFrom(...forms), (one, form) => {
      const first = writeTransaction(one);
      fc.pre(first.ok);
      expect(writeTransaction(inForm(one, form))).toEqual(first);
    });
    fc.assert(property, { ...some, numRuns: runs(1500) });
  });

  it('is written equally for every order of its values', () => {
    const property = fc.property(named, (one) => {
      const reversed = Object.fromEntries(Object.entries(one).reverse());
      const [first, second] = [writeTransaction(one), writeTransaction(reversed)];
      fc.pre(first.ok);
      expect(second).toEqual(first);
    });
    fc.assert(property, some);
  });

  it('fits into the SMS in every language, with the longest host in its last line', () => {
    const host = `${'a.'.repeat(125)}nz`;
    const property = fc.property(transaction, (approved) => {
      const canonical = writeTransaction(approved);
      fc.pre(canonical.ok);
      const { approves } = shownTransaction(readTransaction(canonical.written));
      for (const { approval } of [english, spanish]) {
        expect(textProblem(approval(approves), host)).toBeUndefined();
      }
    });
    fc.assert(property, some);
  });
});

/** What leaves the NFKC of a string as it is. */
const forms: readonly ((text: string) => string)[] = [
  (text) => text.normalize('NFC'),
  (text) => text.normalize('NFD'),
  (text) => text.normalize('NFKD'),
  (text) => text.replaceAll(' ', '\u00A0'),
  (text) =>
    text.replace(/[!-~]/g, (character) => String.fromCodePoint(character.charCodeAt(0) + 0xfee0)),
];

function inForm(transaction: unknown, form: (text: string) => string): unknown {
  if (typeof transaction === 'string') return form(transaction);
  const values = Object.entries(Object(transaction)).map(
    ([name, each]) => [form(name), typeof each === 'string' ? form(each) : each] as const,
  );
  return Object.fromEntries(values);
}

/** Whether two are the same once they are normalised. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(transaction: unknown): unknown {
  const normalised = inForm(transaction, (text) => text.normalize('NFKC'));
  return typeof normalised === 'string' ? normalised : Object.entries(Object(normalised)).sort();
}

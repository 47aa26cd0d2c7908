import { describe, expect, it } from 'vitest';
import {
  readTransaction,
  shownTransaction,
  type Transaction,
  type TransactionProblem,
} from '../../../lib/challenge/transaction.js';
import { ConfigurationError } from '../../../lib/errors.js';
import { thrownBy } from '../../fixtures/thrown.js';
import { problemOf, writeTransaction, written } from '../../fixtures/transactions.js';

describe('writeTransaction', () => {
  it('writes the same transaction equally for every order of its values', () => {
    const one = written({ amount: '10.00', payee: 'bob', urgent: true });
    expect(written({ urgent: true, payee: 'bob', amount: '10.00' })).toBe(one);
  });

  it.each<[string, Transaction, Transaction]>([
    ['letters and their accents', { payee: 'Jose\u0301' }, { payee: 'Jos\u00E9' }],
    ['no-break spaces', { amount: '12,50\u00A0€' }, { amount: '12,50 €' }],
    ['full-width letters', { payee: '\uFF22ob' }, { payee: 'Bob' }],
    ['a name', { 'an\u0303o': 2026, a: 1 }, { a: 1, 'a\u00F1o': 2026 }],
    ['names whose order changes', { '\uFF42': 1, c: 2 }, { b: 1, c: 2 }],
    ['a string by itself', 'Farmacia Nº 3', 'Farmacia No 3'],
  ])('writes the same transaction equally for every Unicode form: %s', (_what, one, other) => {
    expect(written(one)).toBe(written(other));
    expect(readTransaction(written(one))).toEqual(other);
  });

  it.each([
    ['another amount', { amount: 10 }, { amount: 11 }],
    ['another payee', { amount: 10, payee: 'bob' }, { amount: 10, payee: 'eve' }],
    ['one value more', { amount: 10 }, { amount: 10, payee: 'eve' }],
    ['a number and its text', { amount: 10 }, { amount: '10' }],
    ['true and its word', { urgent: true }, { urgent: 'true' }],
    ['a text that reads like an object', { a: 'b' }, '[["a","b"]]'],
    ['values that were swapped', { a: 'x', b: 'y' }, { a: 'y', b: 'x' }],
    ['a separator that was smuggled in', { a: 'x"],["b","y' }, { a: 'x', b: 'y' }],
  ])('A24: writes different transactions differently: %s', (_what, one, other) => {
    expect(writeTransaction(one)).not.toEqual(writeTransaction(other));
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 10],
    ['a list', ['10', 'bob']],
    ['a function', () => 'bob'],
    ['a date', new Date(0)],
    ['an object of a class', new URL('https://example.com')],
    ['a bigint', { amount: 10n }],
    ['a date among values', { on: new Date(0) }],
    ['a promise among values', { payee: Promise.resolve('bob') }],
  ])('throws for a value that only the app can cause: %s', async (_what, value) => {
    const error = await thrownBy(ConfigurationError, () => writeTransaction(value));
    expect(error.code).toBe('route_option_invalid');
    expect(error.message).toContain('"transaction"');
    expect(error.hint).toContain('finite numbers or booleans');
  });

  it.each<[string, unknown, TransactionProblem]>([
    ['an empty string', '', { reason: 'empty' }],
    ['no values', {}, { reason: 'empty' }],
    ['an empty value', { payee: '' }, { reason: 'empty', name: 'payee' }],
    ['a value that is not there', { amount: undefined }, { reason: 'wrong_type', name: 'amount' }],
    ['null', { amount: 1, payee: null }, { reason: 'wrong_type', name: 'payee' }],
    ['a value within a value', { payee: { iban: 'x' } }, { reason: 'wrong_type', name: 'payee' }],
    ['a list', { payee: ['x'] }, { reason: 'wrong_type', name: 'payee' }],
    ['not a number', { amount: Number.NaN }, { reason: 'wrong_type', name: 'amount' }],
    ['infinite', { amount: Number.POSITIVE_INFINITY }, { reason: 'wrong_type', name: 'amount' }],
    ['a long string', 'x'.repeat(301), { reason: 'too_long' }],
    ['a long value', { to: 'x'.repeat(101) }, { reason: 'too_long', name: 'to' }],
    ['a value that grows', { to: '\uFDFA'.repeat(50) }, { reason: 'too_long', name: 'to' }],
    ['a string that grows', '\uFDFA'.repeat(17), { reason: 'too_long' }],
    ['a name that grows', { ['\uFDFA'.repeat(2)]: 1 }, { reason: 'name_unusable' }],
    [
      'values that grow together',
      named('abcdefg', () => '\uFDFA'.repeat(5)),
      { reason: 'too_long' },
    ],
    ['many values', named('abcdefghijk', () => 1), { reason: 'too_many_values' }],
    ['long values together', named('abcdefg', () => 'x'.repeat(100)), { reason: 'too_long' }],
    [
      'a name of __proto__',
      JSON.parse('{"__proto__":[]}'),
      { reason: 'wrong_type', name: '__proto__' },
    ],
    ['a name without a character', { '': 1 }, { reason: 'name_unusable' }],
    ['a name that is a sentence', { ['x'.repeat(31)]: 1 }, { reason: 'name_unusable' }],
    ['a name with a line break', { 'a\nb': 1 }, { reason: 'name_unusable' }],
    ['a name with a variable', { '%(x)s': 1 }, { reason: 'name_unusable' }],
    ['a name that reads like two', { 'a 1, b': 1 }, { reason: 'name_unusable' }],
    ['a name in quotation marks', { '"a"': 1 }, { reason: 'name_unusable' }],
    ['a name with an apostrophe', { "payee's": 1 }, { reason: 'name_unusable' }],
    ['a name with another one', { 'payee\u2019s': 1 }, { reason: 'name_unusable' }],
    [
      'a name that a phone would take for a host',
      { '@evil.example': 1 },
      { reason: 'name_unusable' },
    ],
    ['a name with a comma of full width', { 'a\uFF0C b': 1 }, { reason: 'name_unusable' }],
    ['names that are one', { '\uFF41': 1, a: 2 }, { reason: 'name_unusable' }],
    ['a bad value under a name in another form', { '\uFF41': '' }, { reason: 'empty', name: 'a' }],
    ['names that look alike', { amount: 1, 'amount\u200b': 1 }, { reason: 'name_unusable' }],
  ])('names the value that cannot be shown and the reason: %s', (_what, value, problem) => {
    expect(problemOf(value)).toEqual(problem);
  });

  it('accepts what is shown in 650 characters, and not in 651', () => {
    // 'a "…", b "…", …': 610 characters of values between 40 of names and punctuation.
    const long = Object.fromEntries([...'abcdef'].map((name) => [name, 'x'.repeat(100)]));
    expect(problemOf({ ...long, g: 'x'.repeat(10) })).toBeUndefined();
    expect(problemOf({ ...long, g: 'x'.repeat(11) })).toEqual({ reason: 'too_long' });
  });

  it.each<[string, unknown]>([
    ['a string', '🏦'.repeat(300)],
    ['one value', { to: '🏦'.repeat(100) }],
    ['one value in another form', { to: 'e\u0301'.repeat(100) }],
    ['a string in another form', 'e\u0301'.repeat(300)],
    ['a name in another form', { ['e\u0301'.repeat(30)]: 1 }],
    ['values and their names', named('abcdefghij', () => 'x'.repeat(58))],
    ['a name', { ['x'.repeat(30)]: 1 }],
  ])('accepts the longest allowed value: %s', (_what, value) => {
    expect(writeTransaction(value)).toMatchObject({ ok: true });
  });

  it('reads each value exactly once, even from a getter', () => {
    let asked = 0;
    const value = {
      get payee() {
        asked += 1;
        return asked < 3 ? 'bob' : 'b\u200bob';
      },
    };
    expect(readTransaction(written(value))).toEqual({ payee: 'bob' });
  });
});

function named(names: string, value: () => unknown): object {
  return Object.fromEntries(Array.from(names, (name) => [name, value()]));
}

describe('A transaction in an SMS', () => {
  it.each([
    ['a string', 'delete the account', '"delete the account"'],
    ['values', { b: 'x', a: 1, c: true }, 'a 1, b "x", c true'],
    ['a percent sign', { rate: '5%' }, 'rate "5％"'],
    ['names like numbers', { 10: 'a', 9: 'b' }, '9 "b", 10 "a"'],
  ])('shows %s', (_what, transaction, shown) => {
    expect(shownTransaction(readTransaction(written(transaction))).approves).toBe(shown);
  });
});

describe('readTransaction', () => {
  it.each([
    ['a text', 'delete the account'],
    ['values by name', { amount: 10.5, payee: 'bob', urgent: false }],
  ])('returns what was approved: %s', (_what, transaction) => {
    expect(readTransaction(written(transaction))).toEqual(transaction);
  });

  it('A14: returns a name such as __proto__ as a plain name, and pollutes nothing', () => {
    const transaction = readTransaction('[["__proto__","polluted"],["constructor","x"]]');
    expect(Object.keys(transaction)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(transaction)).toBe(Object.prototype);
  });

  it('throws for a string that writeTransaction did not write', () => {
    expect(() => readTransaction('{"amount":10}')).toThrow();
  });
});

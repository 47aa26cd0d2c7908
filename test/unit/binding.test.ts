import { describe, expect, it } from 'vitest';
import { readBinding, writeBinding } from '../../lib/binding.js';
import { SetupError } from '../../lib/errors.js';
import { thrownBy } from '../fixtures/thrown.js';

describe('writeBinding', () => {
  it('writes the same transaction in one way, in whatever order it was named', () => {
    const written = writeBinding({ amount: '10.00', payee: 'bob', urgent: true });
    expect(writeBinding({ urgent: true, payee: 'bob', amount: '10.00' })).toBe(written);
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
  ])('A24: keeps apart: %s', (_what, one, other) => {
    expect(writeBinding(one)).not.toBe(writeBinding(other));
  });

  it.each([
    ['an empty text', ''],
    ['nothing', undefined],
    ['null', null],
    ['a number', 10],
    ['a list', ['10', 'bob']],
    ['a date', new Date(0)],
    ['a value that is not there', { amount: undefined }],
    ['a value within a value', { payee: { iban: 'x' } }],
    ['not a number', { amount: Number.NaN }],
    ['an infinite amount', { amount: Number.POSITIVE_INFINITY }],
    ['a bigint', { amount: 10n }],
  ])('refuses what cannot be compared: %s', async (_what, value) => {
    const error = await thrownBy(SetupError, () => writeBinding(value));
    expect(error.code).toBe('route_option_invalid');
    expect(error.message).toContain('"binding"');
    expect(error.cure).toContain('finite numbers or booleans');
  });
});

describe('readBinding', () => {
  it.each([
    ['a text', 'delete the account'],
    ['values by name', { amount: 10.5, payee: 'bob', urgent: false }],
  ])('gives back what was approved: %s', (_what, binding) => {
    expect(readBinding(writeBinding(binding))).toEqual(binding);
  });

  it('A14: gives back a name of the prototype as a name, and pollutes nothing', () => {
    const binding = readBinding('[["__proto__","polluted"],["constructor","x"]]');
    expect(Object.keys(binding)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(binding)).toBe(Object.prototype);
  });

  it('refuses what it did not write', () => {
    expect(() => readBinding('{"amount":10}')).toThrow();
  });
});

import { expect, it } from 'vitest';
import { timeLeft } from '../../../lib/browser/time-left.js';

it.each([
  [0, '0:00'],
  [1, '0:01'],
  [59, '0:59'],
  [60, '1:00'],
  [299, '4:59'],
  [3600, '60:00'],
])('The time left of %d seconds is %s', (seconds, text) => {
  expect(timeLeft(seconds)).toBe(text);
});

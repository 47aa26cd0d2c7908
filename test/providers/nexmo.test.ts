import { it } from 'vitest';
import { nexmoShortCode, nexmoWithText } from './profiles/nexmo.js';
import { replySuiteFor, suiteFor, textSuiteFor } from './suite.js';

it.each([
  ...suiteFor(nexmoShortCode),
  ...textSuiteFor(nexmoWithText),
  ...replySuiteFor(nexmoShortCode),
])('%s: %s', (_profile, _scenario, run) => run());

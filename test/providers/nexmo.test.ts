import { it } from 'vitest';
import { nexmoShortCode, nexmoWithText } from './profiles/nexmo.js';
import { replySuiteFor, suiteFor } from './suite.js';

it.each([...[nexmoShortCode, nexmoWithText].flatMap(suiteFor), ...replySuiteFor(nexmoShortCode)])(
  '%s: %s',
  (_profile, _scenario, run) => run(),
);

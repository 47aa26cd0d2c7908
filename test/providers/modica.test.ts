import { it } from 'vitest';
import { modicaByError, modicaInSpanish, optus } from './profiles/modica.js';
import { loginSuiteFor, replySuiteFor, suiteFor } from './suite.js';

it.each([
  ...suiteFor(modicaByError),
  ...replySuiteFor(modicaByError),
  // The other reading of a wrong code: the project 'wrong code by status' runs everything under it.
  ...[modicaInSpanish, optus].flatMap(loginSuiteFor),
])('%s: %s', (_profile, _scenario, run) => run());

import { it } from 'vitest';
import { modicaByError, modicaInSpanish, optus } from './profiles/modica.js';
import { loginSuiteFor, replySuiteFor, suiteFor } from './suite.js';

it.each([
  ...suiteFor(modicaByError),
  ...replySuiteFor(modicaByError),
  // Wrong codes by status: the project 'wrong code by status' runs everything with them.
  ...[modicaInSpanish, optus].flatMap(loginSuiteFor),
])('%s: %s', (_profile, _scenario, run) => run());

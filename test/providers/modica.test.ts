import { it } from 'vitest';
import { modicaByError, modicaByStatus, modicaInSpanish, optus } from './profiles/modica.js';
import { loginSuiteFor, replySuiteFor, suiteFor } from './suite.js';

it.each([
  ...[modicaByError, modicaByStatus, modicaInSpanish].flatMap(suiteFor),
  ...replySuiteFor(modicaByError),
  ...loginSuiteFor(optus),
])('%s: %s', (_profile, _scenario, run) => run());

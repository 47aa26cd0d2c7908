// What runs with which provider: its test runs it, and docs/compatibility.md has it as a table.
import { infobipManyTimes, infobipOnce, infobipWithText } from './profiles/infobip.js';
import { modicaByError, modicaByStatus, modicaInSpanish, optus } from './profiles/modica.js';
import { nexmoShortCode, nexmoWithText } from './profiles/nexmo.js';
import { loginSuiteFor, replySuiteFor, suiteFor, textSuiteFor } from './suite.js';

export const modicaRuns = [
  ...suiteFor(modicaByError),
  ...suiteFor(modicaByStatus),
  ...replySuiteFor(modicaByError),
  ...[modicaInSpanish, optus].flatMap(loginSuiteFor),
];

export const infobipRuns = [
  ...suiteFor(infobipManyTimes),
  ...loginSuiteFor(infobipOnce),
  ...textSuiteFor(infobipWithText),
  ...replySuiteFor(infobipManyTimes),
];

export const nexmoRuns = [
  ...suiteFor(nexmoShortCode),
  ...textSuiteFor(nexmoWithText),
  ...replySuiteFor(nexmoShortCode),
];

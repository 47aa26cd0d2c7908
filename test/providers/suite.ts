import type { Profile } from './profile.js';
import type { Scenario } from './scenario.js';
import { attackScenarios } from './scenarios/attacks.js';
import { callScenarios } from './scenarios/call.js';
import { faultScenarios } from './scenarios/faults.js';
import { loginScenarios } from './scenarios/login.js';
import { replyScenarios } from './scenarios/replies.js';
import { resendScenarios } from './scenarios/resend.js';
import { secretScenarios } from './scenarios/secrets.js';
import { stepUpScenarios } from './scenarios/step-up.js';

type Row = readonly [profile: string, scenario: string, run: () => Promise<void>];

function rows(profile: Profile, scenarios: readonly Scenario[]): readonly Row[] {
  return scenarios.map((each) => [profile.title, each.title, () => each.run(profile)]);
}

/** Everything that is required with every provider and all its settings. */
export function suiteFor(profile: Profile): readonly Row[] {
  return rows(profile, [
    ...loginScenarios,
    ...resendScenarios(profile),
    ...callScenarios(profile),
    ...stepUpScenarios(profile),
    ...attackScenarios,
    ...faultScenarios(profile),
    ...secretScenarios(profile),
  ]);
}

/** What is required of a provider's API, with any settings. */
export function replySuiteFor(profile: Profile): readonly Row[] {
  return rows(profile, replyScenarios(profile));
}

/** For a provider that sends the app's content. */
export function textSuiteFor(profile: Profile): readonly Row[] {
  return rows(profile, [...loginScenarios, ...callScenarios(profile), ...stepUpScenarios(profile)]);
}

/** For a provider that differs from another only in its endpoint. */
export function loginSuiteFor(profile: Profile): readonly Row[] {
  return rows(profile, [...loginScenarios, ...resendScenarios(profile)]);
}

import type { Profile } from './profile.js';
import type { Scenario } from './scenario.js';
import { attackScenarios } from './scenarios/attacks.js';
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

/** All that must hold with a provider, whichever it is and however it is set up. */
export function suiteFor(profile: Profile): readonly Row[] {
  return rows(profile, [
    ...loginScenarios,
    ...resendScenarios(profile),
    ...stepUpScenarios(profile),
    ...attackScenarios,
    ...faultScenarios(profile),
    ...secretScenarios(profile),
  ]);
}

/** What must hold of its API, however it is set up. */
export function replySuiteFor(profile: Profile): readonly Row[] {
  return rows(profile, replyScenarios(profile));
}

/** For a provider that is set up to take texts of the app's. */
export function textSuiteFor(profile: Profile): readonly Row[] {
  return rows(profile, [...loginScenarios, ...stepUpScenarios(profile)]);
}

/** For what is another provider in nothing but its place. */
export function loginSuiteFor(profile: Profile): readonly Row[] {
  return rows(profile, [...loginScenarios, ...resendScenarios(profile)]);
}

import type { Profile } from './profile.js';

/** What must hold with a provider. */
export interface Scenario {
  readonly title: string;
  run(profile: Profile): Promise<void>;
}

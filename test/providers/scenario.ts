import type { Profile } from './profile.js';

/** A behaviour that is required with every provider. */
export interface Scenario {
  readonly title: string;
  run(profile: Profile): Promise<void>;
}

import type { Framework } from './framework.js';

/** A behaviour that every framework must have. */
export interface Scenario {
  readonly title: string;
  run(framework: Framework): Promise<void>;
}

import type { Framework } from './framework.js';

/** What must hold in a framework. */
export interface Scenario {
  readonly title: string;
  run(framework: Framework): Promise<void>;
}

import { it } from 'vitest';
import { nexmoRuns } from './runs.js';

it.each(nexmoRuns)('%s: %s', (_profile, _scenario, run) => run());

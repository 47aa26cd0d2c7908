import { it } from 'vitest';
import { modicaRuns } from './runs.js';

it.each(modicaRuns)('%s: %s', (_profile, _scenario, run) => run());

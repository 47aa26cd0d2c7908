import { it } from 'vitest';
import { runs } from './runs.js';

it.each(runs)('%s: %s', (_framework, _scenario, run) => run());

import { formOf } from './code.js';
import { optionsFor } from './options.js';
import type { Trial } from './trial.js';
import { secondUse } from './verdict.js';
import { warningsOn } from './warnings.js';

const usedAgain = {
  accepted: 'is accepted',
  refused: 'is refused',
  unknown: 'was not answered in a way that tells',
};

/** What it comes to: the findings, what to mind, and the options. */
export function reportOn(trial: Trial): string {
  const { length, alphabet } = formOf(trial.code);
  const { lifetime } = trial.created;
  const lives = lifetime === undefined ? 'of an unknown lifetime' : `good for ${lifetime} seconds`;
  return [
    '',
    `A code is ${length} ${alphabet}, ${lives}; a second use ${usedAgain[secondUse(trial)]}.`,
    ...warningsOn(trial).map((warning) => `Warning: ${warning}`),
    '',
    'The options of the strategy for what your account answers:',
    '',
    optionsFor(trial),
    '',
    'An expired code was not tried. Whatever is not named here is refused, and heard of in the event',
    'provider_word_unmapped. The pattern of codes is that of this one: widen it where others come.',
  ].join('\n');
}

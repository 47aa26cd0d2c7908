import type { ModicaVerdict } from '../../providers/modica/options.js';
import type { Answer } from './answer.js';
import { formOf } from './code.js';
import { literal, propertyName } from './literal.js';
import { isWord, type Said, saidIn } from './said.js';
import type { Trial } from './trial.js';

/** The options that say what was seen, to be pasted into a strategy. */
export function optionsFor(trial: Trial): string {
  return `  acceptedStatuses: [${literal(trial.accepted)}],
  statusVerdicts: ${verdictsFor('status', trial)},
  errorVerdicts: ${verdictsFor('error', trial)},${patternFor(trial.code)}`;
}

/** One code tells how long they are; that it has no digit, or no letter among few, may be chance. */
function patternFor(code: string): string {
  const { length, alphabet } = formOf(code);
  if (alphabet === 'other characters') return '';
  const characters = alphabet === 'digits' ? '0-9' : '0-9A-Za-z';
  return `\n  codeForm: /^[${characters}]{${length}}$/,`;
}

function verdictsFor(
  field: Said['field'],
  { accepted, again, unknown, wrong, account }: Trial,
): string {
  // Where one word has several meanings the first one rules. A challenge that the API does not know
  // (any more) is over for the user: a new code is the way on.
  const meanings: readonly (readonly [Answer, ModicaVerdict])[] = [
    ...wrong.map((reply) => [{ kind: 'reply', reply }, 'rejected'] as const),
    [unknown, 'expired'],
    [again, 'used'],
  ];
  const verdicts = new Map<string, ModicaVerdict>();
  for (const [answer, verdict] of meanings) {
    const said = saidIn(answer);
    if (said?.field !== field || !isWord(said.word, account.secrets)) continue;
    if (field === 'status' && said.word === accepted) continue;
    if (!verdicts.has(said.word)) verdicts.set(said.word, verdict);
  }
  const entries = [...verdicts].map(([word, verdict]) => `${propertyName(word)}: '${verdict}'`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

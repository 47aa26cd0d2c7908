import type { ModicaVerdict } from '../../providers/modica/options.js';
import { literal, propertyName } from './output.js';
import { formOf, type Trial } from './probe.js';
import { type Answer, isWord, type Said, saidBy, saidIn } from './replies.js';

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

/** The options that say what was seen, to be pasted into a strategy. */
function optionsFor(trial: Trial): string {
  return `  acceptedStatuses: [${literal(trial.accepted)}],
  statusVerdicts: ${verdictsFor('status', trial)},
  errorVerdicts: ${verdictsFor('error', trial)},${patternFor(trial.code)}`;
}

/** One code tells how long they are; that it has no digit, or no letter among few, may be chance. */
function patternFor(code: string): string {
  const { length, alphabet } = formOf(code);
  if (alphabet === 'other characters') return '';
  const characters = alphabet === 'digits' ? '0-9' : '0-9A-Za-z';
  return `\n  codePattern: /^[${characters}]{${length}}$/,`;
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

/** What stops nobody from setting the options, and has to be known. */
function warningsOn(trial: Trial): string[] {
  return [
    ...onTimes(trial),
    ...onCode(trial),
    ...onSecondUse(trial),
    ...onAnswers(trial),
    ...onWords(trial),
    ...onRequestIds(trial),
  ];
}

/** Seconds; the longest that the document knows. */
const longestLifetime = 3600;

function onTimes({ created: { lifetime } }: Trial): string[] {
  if (lifetime !== undefined && lifetime > 0 && lifetime <= longestLifetime) return [];
  return [
    'the times of the challenge are not what the document says; the strategy takes such an answer for an error, and nobody can log in.',
  ];
}

function onCode({ code, account }: Trial): string[] {
  if (account.codePattern.test(code)) return [];
  return ['the strategy takes 4 to 12 letters and digits for a code, and would refuse this one.'];
}

function onSecondUse(trial: Trial): string[] {
  switch (secondUse(trial)) {
    case 'refused':
      return [];
    case 'accepted':
      return [
        'the API accepts a code twice; that it is good once is held by the memory of the strategy alone, which all processes must share.',
      ];
    case 'unknown':
      return ['whether a code can be used twice is not known.'];
  }
}

function onAnswers({ wrong, unknown }: Trial): string[] {
  const warnings: string[] = [];
  if (wrong.some((reply) => saidBy(reply) === undefined)) {
    warnings.push(
      'a wrong code is answered outside the document; the strategy takes that for an error, and lets nobody in.',
    );
  }
  if (saidIn(unknown) === undefined) {
    warnings.push('what an unknown challenge is answered is not known.');
  }
  return warnings;
}

function onWords({ wrong, again, unknown, account }: Trial): string[] {
  const said = [saidIn(again), saidIn(unknown), ...wrong.map(saidBy)];
  if (said.every((one) => one === undefined || isWord(one.word, account.secrets))) return [];
  return [
    'a word is empty, long or quotes what was posted, and no option can name it; it is refused all the same.',
  ];
}

function onRequestIds({ replies }: Trial): string[] {
  if (replies.every(({ requestId }) => requestId !== undefined)) return [];
  return ['an answer has no request id, which the document promises; there is none to quote.'];
}

function secondUse({
  accepted,
  again,
}: Pick<Trial, 'accepted' | 'again'>): 'accepted' | 'refused' | 'unknown' {
  const said = saidIn(again);
  if (said === undefined) return 'unknown';
  return said.field === 'status' && said.word === accepted ? 'accepted' : 'refused';
}

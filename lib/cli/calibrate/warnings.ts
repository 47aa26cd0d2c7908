import { isWord, saidBy, saidIn } from './said.js';
import type { Trial } from './trial.js';
import { secondUse } from './verdict.js';

/** What stops nobody from setting the options, and has to be known. */
export function warningsOn(trial: Trial): string[] {
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
  if (account.codeForm.test(code)) return [];
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

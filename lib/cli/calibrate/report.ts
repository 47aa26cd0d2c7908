import type { ModicaVerdict } from '../../providers/modica/options.js';
import { propertyKey, stringLiteral } from './output.js';
import { formatOf, type ProbeResult } from './probe.js';
import { type CheckResult, checkResult, isMappable, type RequestResult } from './replies.js';

const secondUseTexts = {
  accepted: 'is accepted',
  refused: 'is refused',
  unknown: 'was not answered in a way that tells',
};

/** What it comes to: the findings, what to mind, and the options. */
export function formatReport(probe: ProbeResult): string {
  const { length, alphabet } = formatOf(probe.code);
  const { lifetime } = probe.challenge;
  const lives = lifetime === undefined ? 'of an unknown lifetime' : `good for ${lifetime} seconds`;
  return [
    '',
    `A code is ${length} ${alphabet}, ${lives}; a second use ${secondUseTexts[secondUse(probe)]}.`,
    ...warningsFor(probe).map((warning) => `Warning: ${warning}`),
    '',
    'The options of the strategy for what your account answers:',
    '',
    formatOptions(probe),
    '',
    'An expired code was not tried. Whatever is not named here is refused, and heard of in the event',
    'provider_status_unmapped and provider_error_unmapped. The pattern of codes is that of this one: widen it where others come.',
  ].join('\n');
}

/** The options that say what was seen, to be pasted into a strategy. */
function formatOptions(probe: ProbeResult): string {
  return `  acceptedStatuses: [${stringLiteral(probe.acceptedStatus)}],
  statusVerdicts: ${formatVerdicts('status', probe)},
  errorVerdicts: ${formatVerdicts('error', probe)},${formatCodePattern(probe.code)}`;
}

/** One code tells how long they are; that it has no digit, or no letter among few, may be chance. */
function formatCodePattern(code: string): string {
  const { length, alphabet } = formatOf(code);
  if (alphabet === 'other characters') return '';
  const characters = alphabet === 'digits' ? '0-9' : '0-9A-Za-z';
  return `\n  codePattern: /^[${characters}]{${length}}$/,`;
}

function formatVerdicts(
  field: CheckResult['field'],
  { acceptedStatus, reuse, unknownChallenge, wrongCodeReplies, account }: ProbeResult,
): string {
  // Where one word has several meanings the first one rules. A challenge that the API does not know
  // (any more) is over for the user: a new code is the way on.
  const meanings: readonly (readonly [RequestResult, ModicaVerdict])[] = [
    ...wrongCodeReplies.map((reply) => [reply, 'rejected'] as const),
    [unknownChallenge, 'expired'],
    [reuse, 'used'],
  ];
  const verdicts = new Map<string, ModicaVerdict>();
  for (const [result, verdict] of meanings) {
    const said = checkResult(result);
    if (said?.field !== field || !isMappable(said.value, account.secrets)) continue;
    if (field === 'status' && said.value === acceptedStatus) continue;
    if (!verdicts.has(said.value)) verdicts.set(said.value, verdict);
  }
  const entries = [...verdicts].map(([word, verdict]) => `${propertyKey(word)}: '${verdict}'`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** What stops nobody from setting the options, and has to be known. */
function warningsFor(probe: ProbeResult): string[] {
  return [
    ...lifetimeWarnings(probe),
    ...codeWarnings(probe),
    ...secondUseWarnings(probe),
    ...undocumentedReplyWarnings(probe),
    ...unmappableWarnings(probe),
    ...requestIdWarnings(probe),
  ];
}

/** Seconds; the longest that the document knows. */
const maxLifetime = 3600;

function lifetimeWarnings({ challenge: { lifetime } }: ProbeResult): string[] {
  if (lifetime !== undefined && lifetime > 0 && lifetime <= maxLifetime) return [];
  return [
    'the times of the challenge are not what the document says; the strategy takes such an answer for an error, and nobody can log in.',
  ];
}

function codeWarnings({ code, account }: ProbeResult): string[] {
  if (account.codePattern.test(code)) return [];
  return ['the strategy takes 4 to 12 letters and digits for a code, and would refuse this one.'];
}

function secondUseWarnings(probe: ProbeResult): string[] {
  switch (secondUse(probe)) {
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

function undocumentedReplyWarnings({ wrongCodeReplies, unknownChallenge }: ProbeResult): string[] {
  const warnings: string[] = [];
  if (wrongCodeReplies.some((reply) => checkResult(reply) === undefined)) {
    warnings.push(
      'a wrong code is answered outside the document; the strategy takes that for an error, and lets nobody in.',
    );
  }
  if (checkResult(unknownChallenge) === undefined) {
    warnings.push('what an unknown challenge is answered is not known.');
  }
  return warnings;
}

function unmappableWarnings({
  wrongCodeReplies,
  reuse,
  unknownChallenge,
  account,
}: ProbeResult): string[] {
  const said = [reuse, unknownChallenge, ...wrongCodeReplies].map(checkResult);
  if (said.every((one) => one === undefined || isMappable(one.value, account.secrets))) return [];
  return [
    'a word is empty, long or quotes what was posted, and no option can name it; it is refused all the same.',
  ];
}

function requestIdWarnings({ replies }: ProbeResult): string[] {
  if (replies.every(({ requestId }) => requestId !== undefined)) return [];
  return ['an answer has no request id, which the document promises; there is none to quote.'];
}

function secondUse({
  acceptedStatus,
  reuse,
}: Pick<ProbeResult, 'acceptedStatus' | 'reuse'>): 'accepted' | 'refused' | 'unknown' {
  const said = checkResult(reuse);
  if (said === undefined) return 'unknown';
  return said.field === 'status' && said.value === acceptedStatus ? 'accepted' : 'refused';
}

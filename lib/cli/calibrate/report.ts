// The report of a calibration: a summary, warnings, and the options to paste.

import type { ModicaVerdict } from '../../providers/modica/options.js';
import { propertyKey, stringLiteral } from './output.js';
import { formatOf, type ProbeResult } from './probe.js';
import { type CheckResult, checkResult, isMappable, type RequestResult } from './replies.js';

const secondUseTexts = {
  accepted: 'is accepted',
  refused: 'is refused',
  unknown: 'could not be tested',
};

export function formatReport(probe: ProbeResult): string {
  const { length, alphabet } = formatOf(probe.code);
  const { lifetime } = probe.challenge;
  const validity = lifetime === undefined ? 'an unknown time' : `${lifetime} seconds`;
  return [
    '',
    `Codes: ${length} ${alphabet}, valid for ${validity}; a second use ${secondUseTexts[secondUse(probe)]}.`,
    ...warningsFor(probe).map((warning) => `Warning: ${warning}`),
    '',
    'Strategy options for your account:',
    '',
    formatOptions(probe),
    '',
    'Expired codes were not tested. Values that are not listed are refused, and reported in the events',
    'provider_status_unmapped and provider_error_unmapped. codePattern is derived from one code: widen',
    'it if others look different.',
  ].join('\n');
}

function formatOptions(probe: ProbeResult): string {
  return `  acceptedStatuses: [${stringLiteral(probe.acceptedStatus)}],
  statusVerdicts: ${formatVerdicts('status', probe)},
  errorVerdicts: ${formatVerdicts('error', probe)},${formatCodePattern(probe.code)}`;
}

/** One code shows the length. A short code without a digit, or without a letter, may be chance. */
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
  // The first verdict wins where one value has several. A challenge that the API does not know, or no
  // longer knows, counts as expired: the user needs a new code.
  const verdictsByResult: readonly (readonly [RequestResult, ModicaVerdict])[] = [
    ...wrongCodeReplies.map((reply) => [reply, 'rejected'] as const),
    [unknownChallenge, 'expired'],
    [reuse, 'used'],
  ];
  const verdicts = new Map<string, ModicaVerdict>();
  for (const [requestResult, verdict] of verdictsByResult) {
    const result = checkResult(requestResult);
    if (result?.field !== field || !isMappable(result.value, account.secrets)) continue;
    if (field === 'status' && result.value === acceptedStatus) continue;
    if (!verdicts.has(result.value)) verdicts.set(result.value, verdict);
  }
  const entries = [...verdicts].map(([value, verdict]) => `${propertyKey(value)}: '${verdict}'`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** Findings that the developer should know, but that do not prevent the use of the options. */
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

/** In seconds; the documented maximum. */
const maxLifetime = 3600;

function lifetimeWarnings({ challenge: { lifetime } }: ProbeResult): string[] {
  if (lifetime !== undefined && lifetime > 0 && lifetime <= maxLifetime) return [];
  return [
    'the times of the challenge are not as documented. The strategy treats such a reply as an error, so every login will fail.',
  ];
}

function codeWarnings({ code, account }: ProbeResult): string[] {
  if (account.codePattern.test(code)) return [];
  return [
    'by default the strategy accepts 4 to 12 letters and digits, and would refuse this code.',
  ];
}

function secondUseWarnings(probe: ProbeResult): string[] {
  switch (secondUse(probe)) {
    case 'refused':
      return [];
    case 'accepted':
      return [
        'the API accepts a code twice. Single use then depends on the "store" and "limiter" of the strategy, which all processes must share.',
      ];
    case 'unknown':
      return ['it is unknown whether a code can be used twice.'];
  }
}

function undocumentedReplyWarnings({ wrongCodeReplies, unknownChallenge }: ProbeResult): string[] {
  const warnings: string[] = [];
  if (wrongCodeReplies.some((reply) => checkResult(reply) === undefined)) {
    warnings.push(
      'the reply to a wrong code is not a documented one. The strategy treats it as an error, and refuses the login.',
    );
  }
  if (checkResult(unknownChallenge) === undefined) {
    warnings.push('there is no documented reply to an unknown challenge.');
  }
  return warnings;
}

function unmappableWarnings({
  wrongCodeReplies,
  reuse,
  unknownChallenge,
  account,
}: ProbeResult): string[] {
  const results = [reuse, unknownChallenge, ...wrongCodeReplies].map(checkResult);
  if (results.every((result) => !result || isMappable(result.value, account.secrets))) return [];
  return [
    'a value is empty, too long, or repeats the request, so no option can map it. It is refused nevertheless.',
  ];
}

function requestIdWarnings({ replies }: ProbeResult): string[] {
  if (replies.every(({ requestId }) => requestId !== undefined)) return [];
  return ['a reply lacks the documented request id, which Modica needs for support requests.'];
}

function secondUse({
  acceptedStatus,
  reuse,
}: Pick<ProbeResult, 'acceptedStatus' | 'reuse'>): keyof typeof secondUseTexts {
  const result = checkResult(reuse);
  if (result === undefined) return 'unknown';
  return result.field === 'status' && result.value === acceptedStatus ? 'accepted' : 'refused';
}

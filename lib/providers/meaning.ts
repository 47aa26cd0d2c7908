import { publish } from '../events.js';
import type { Verdict } from './provider.js';

/** A word of an API for the state of a code, and where it stood. */
export interface Word {
  readonly provider: string;
  readonly field: 'status' | 'error';
  readonly word: string;
  /** What was posted. */
  readonly code: string;
  readonly requestId: string | undefined;
}

/** What a word means. One that nobody mapped is a no, and the operator hears of it. */
export function meaningOf(
  { provider, field, word, code, requestId }: Word,
  verdicts: Readonly<Record<string, Exclude<Verdict, 'accepted'>>>,
): Verdict {
  const verdict = Object.hasOwn(verdicts, word) ? verdicts[word] : undefined;
  if (verdict !== undefined) return verdict;
  publish({
    name: 'provider_word_unmapped',
    provider,
    field,
    word: withoutSecrets(word, code),
    requestId,
  });
  return 'rejected';
}

/** Should a word quote what was posted, neither a code nor a number gets into a log. */
function withoutSecrets(word: string, code: string): string {
  return word
    .slice(0, 64)
    .replace(/\+?\d(?:[ ().-]*\d){2,}/g, '…')
    .replaceAll(code, '…');
}

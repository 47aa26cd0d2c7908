import { publish } from '../events.js';
import { scrub } from '../scrub.js';
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
    word: scrub(word, [code]).slice(0, 64),
    requestId,
  });
  return 'rejected';
}

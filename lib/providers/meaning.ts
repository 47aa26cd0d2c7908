import { type ProviderCall, publish } from '../events.js';
import { scrub } from '../scrub.js';

/** A word of an API for why it does not send, or for the state of a code, and where it stood. */
export interface Word {
  readonly provider: string;
  readonly call: ProviderCall;
  readonly field: 'status' | 'error';
  readonly word: string;
  /** What was posted: should a word quote it, it gets into no log. */
  readonly posted: readonly string[];
  readonly requestId: string | undefined;
}

/** What a word means; undefined for one that nobody mapped, of which the operator hears. */
export function meaningOf<Meaning>(
  asked: Word,
  meanings: Readonly<Record<string, Meaning>>,
): Meaning | undefined {
  if (Object.hasOwn(meanings, asked.word)) return meanings[asked.word];
  const { provider, call, field, requestId } = asked;
  publish({
    name: 'provider_word_unmapped',
    provider,
    call,
    field,
    word: shown(asked),
    requestId,
  });
  return undefined;
}

/** A word as it may be logged, and no more of it than fits a line. */
export function shown({ word, posted }: Pick<Word, 'word' | 'posted'>): string {
  return scrub(word, posted).slice(0, 64);
}

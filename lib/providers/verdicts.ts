import { type ProviderCall, publish } from '../events.js';
import { scrub } from '../redact.js';

/** A word of an API for why it does not send, or for the state of a code, and where it stood. */
interface Word {
  readonly provider: string;
  readonly call: ProviderCall;
  readonly field: 'status' | 'error';
  readonly word: string;
  /** What was posted, and the credentials: should a word quote them, they get into no log. */
  readonly secrets: readonly string[];
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
    name: field === 'status' ? 'provider_status_unmapped' : 'provider_error_unmapped',
    provider,
    call,
    word: shown(asked),
    requestId,
  });
  return undefined;
}

/** A word as it may be logged, and no more of it than fits a line. */
export function shown({ word, secrets }: Pick<Word, 'word' | 'secrets'>): string {
  return scrub(word, secrets).slice(0, 64);
}

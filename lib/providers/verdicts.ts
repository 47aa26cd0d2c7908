// Maps an API's own words to verdicts, as the options say.
import { type ProviderCall, publish } from '../events.js';
import { scrub } from '../redact.js';

/** A word in an API's reply: why it refuses to send, or the state of a code. */
interface Word {
  readonly provider: string;
  readonly call: ProviderCall;
  /** The attribute of the reply that holds it. */
  readonly field: 'status' | 'error';
  readonly word: string;
  /** The credentials and the posted values, which must not be logged if the word quotes them. */
  readonly secrets: readonly string[];
  readonly requestId: string | undefined;
}

/** Looks up a word in an option. If it is not mapped, returns undefined and publishes an event. */
export function meaningOf<Meaning>(
  reported: Word,
  meanings: Readonly<Record<string, Meaning>>,
): Meaning | undefined {
  if (Object.hasOwn(meanings, reported.word)) return meanings[reported.word];
  const { provider, call, field, requestId } = reported;
  publish({
    name: field === 'status' ? 'provider_status_unmapped' : 'provider_error_unmapped',
    provider,
    call,
    word: loggable(reported),
    requestId,
  });
  return undefined;
}

/** A word without secrets, at most 64 characters of it. */
export function loggable({ word, secrets }: Pick<Word, 'word' | 'secrets'>): string {
  return scrub(word, secrets).slice(0, 64);
}

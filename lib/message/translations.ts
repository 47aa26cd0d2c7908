import type { Refusal, RefusalCode, RefusalInfo } from '../outcome.js';
import type { Language } from './english.js';
import { english } from './english.js';
import { spanish } from './spanish.js';

/** Words of the app's own, by language and by the code of the refusal. */
export type Messages = Readonly<
  Record<string, Readonly<Partial<Record<RefusalCode, string | undefined>>>>
>;

/** The languages of one strategy: English and Spanish, and what the app adds or puts otherwise. */
export class Words {
  readonly #languages: ReadonlyMap<string, Language>;

  constructor(messages: Messages = {}) {
    const languages = new Map([english, spanish].map((language) => [language.locale, language]));
    for (const [locale, own] of Object.entries(messages)) {
      const nearest = lookUp(languages, locale);
      languages.set(locale, {
        ...nearest,
        locale,
        refusals: { ...nearest.refusals, ...withoutGaps(own) },
      });
    }
    this.#languages = languages;
  }

  /** The nearest language that there is: es-DO finds es, and what is unknown finds English. */
  in(locale: unknown): Language {
    return lookUp(this.#languages, locale);
  }

  /** A refusal as a user reads it. */
  tell(refusal: Refusal, locale: unknown): RefusalInfo {
    const { code, ...detail } = refusal;
    return { code, message: this.in(locale).refusals[code], ...detail };
  }
}

/** RFC 5646, 4.4.1: no tag that anybody uses is longer; what comes from a header can be. */
const longestTag = 35;

/** RFC 4647, 3.4: subtags are taken off from the right until something is found. */
function lookUp(languages: ReadonlyMap<string, Language>, locale: unknown): Language {
  const isTag = typeof locale === 'string' && locale.length <= longestTag;
  const range = isTag ? locale.toLowerCase().split('-') : [];
  for (let length = range.length; length > 0; length -= 1) {
    const wanted = range.slice(0, length).join('-');
    for (const [name, language] of languages) {
      if (name.toLowerCase() === wanted) return language;
    }
  }
  return english;
}

function withoutGaps(words: Messages[string]): Partial<Record<RefusalCode, string>> {
  return Object.fromEntries(Object.entries(words).filter(([, text]) => text !== undefined));
}

import type { Request } from 'express';
import { z } from 'zod';
import { ConfigurationError } from '../errors.js';
import { answeringAtOnce } from '../options/parse.js';
import type { Refusal, RefusalCode, RefusalInfo } from '../refusal.js';
import { english, type Language, type RefusalText } from './english.js';
import { spanish } from './spanish.js';

/** The app's own messages, by language and by refusal code. */
export type Messages = Readonly<
  Record<string, Readonly<Partial<Record<RefusalCode, string | undefined>>>>
>;

/** The option `locale`. */
export const localeSchema = z
  .union([z.string(), answeringAtOnce<Request, unknown>('locale', '')], {
    error: "must be a language like 'es', or a function of the request that returns one",
  })
  .default('en')
  .transform(
    (locale) => (request: Request) =>
      typeof locale === 'function' ? languageOf(request, locale) : locale,
  );

/**
 * @throws {ConfigurationError} `option_invalid` where the option calls Express's `acceptsLanguages` on a request of
 * another framework, which the type of the request does not show.
 */
function languageOf(request: Request, locale: (request: Request) => unknown): unknown {
  try {
    return locale(request);
  } catch (error) {
    if (!(error instanceof TypeError) || 'acceptsLanguages' in request) throw error;
    throw new ConfigurationError('option_invalid', {
      problem: 'The option "locale" failed for a request that has no method acceptsLanguages.',
      hint: "Only Express has it. In Fastify read the header: ({ headers }) => headers['accept-language']?.slice(0, 2).",
      cause: error,
    });
  }
}

/** The languages of a strategy: English, Spanish, and those that the app adds or overrides. */
export class Translations {
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

  /** Returns the closest language: `es-DO` finds `es`, and an unknown one finds English. */
  in(locale: unknown): Language {
    return lookUp(this.#languages, locale);
  }

  /** Adds the message for the user. */
  translate(refusal: Refusal, locale: unknown): RefusalInfo {
    const { code, ...detail } = refusal;
    const text: RefusalText = this.in(locale).refusals[code];
    return { code, message: typeof text === 'string' ? text : text(refusal), ...detail };
  }
}

/** RFC 5646, 4.4.1: no registered tag is longer. A tag from a header can be. */
const longestTag = 35;

/** RFC 4647, 3.4 (lookup): removes subtags from the right until a language is found. */
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

function withoutGaps(messages: Messages[string]): Partial<Record<RefusalCode, string>> {
  return Object.fromEntries(Object.entries(messages).filter(([, text]) => text !== undefined));
}

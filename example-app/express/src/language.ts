import type { Request } from 'express';
import { english } from './words/english.js';
import { spanish } from './words/spanish.js';
import type { Words } from './words/words.js';

export const languages = ['en', 'es'] as const;

export type Language = (typeof languages)[number];

/** A cookie of its own, so that the choice is independent of the login. */
export const languageCookie = 'language';

const dictionaries: Readonly<Record<Language, Words>> = { en: english, es: spanish };

type Asking = Pick<Request, 'headers' | 'acceptsLanguages'>;

/** The language chosen on a page, or else the best match for `Accept-Language`. */
export function languageOf(request: Asking): Language {
  const accepted = request.acceptsLanguages(...languages);
  return chosenBy(request) ?? languages.find((language) => language === accepted) ?? 'en';
}

export function wordsOf(request: Asking): Words {
  return dictionaries[languageOf(request)];
}

/** For the library, which passes a language instead of a request. */
export function wordsIn(language: string): Words {
  return language === 'es' ? spanish : english;
}

/** Makes a value once for each language; returns a function that picks the one for a request. */
export function inEachLanguage<T>(make: (words: Words) => T): (request: Asking) => T {
  const made: Readonly<Record<Language, T>> = { en: make(english), es: make(spanish) };
  return (request) => made[languageOf(request)];
}

/** The cookie comes from the client: any value but a known language is ignored. */
function chosenBy({ headers }: Asking): Language | undefined {
  const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  return languages.find((language) => cookies.includes(`${languageCookie}=${language}`));
}

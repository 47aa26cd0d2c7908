import type { Request } from 'express';
import { english } from './words/english.js';
import { spanish } from './words/spanish.js';
import type { Words } from './words/words.js';

export const languages = ['en', 'es'] as const;

export type Language = (typeof languages)[number];

/** A cookie of its own, for whoever is logged in and whoever is not. */
export const languageCookie = 'language';

const dictionaries: Readonly<Record<Language, Words>> = { en: english, es: spanish };

type Asking = Pick<Request, 'headers' | 'acceptsLanguages'>;

/** What was chosen on a page, or else what the browser or the client asks for. */
export function languageOf(request: Asking): Language {
  const accepted = request.acceptsLanguages(...languages);
  return chosenBy(request) ?? languages.find((language) => language === accepted) ?? 'en';
}

export function wordsOf(request: Asking): Words {
  return dictionaries[languageOf(request)];
}

/** For the library, which knows no more of a user than a language. */
export function wordsIn(language: string): Words {
  return language === 'es' ? spanish : english;
}

/** Makes something once for each language; what comes gives the one for a request. */
export function inEachLanguage<T>(make: (words: Words) => T): (request: Asking) => T {
  const made: Readonly<Record<Language, T>> = { en: make(english), es: make(spanish) };
  return (request) => made[languageOf(request)];
}

/** Anybody can write a cookie: what is none of our languages is no choice. */
function chosenBy({ headers }: Asking): Language | undefined {
  const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  return languages.find((language) => cookies.includes(`${languageCookie}=${language}`));
}

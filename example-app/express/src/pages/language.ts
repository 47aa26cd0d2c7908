import { Router } from 'express';
import { sameSitePath } from 'passport-modica-2fa';
import { z } from 'zod';
import { neverCached } from '../headers.js';
import { languageCookie, languages } from '../language.js';
import { onlyBy, Problem } from '../problems.js';
import { readForm, textOf } from './forms.js';

const year = 365 * 24 * 60 * 60 * 1000;

const chosenSchema = z.object({ language: z.enum(languages) });

export interface LanguagePageParts {
  readonly production: boolean;
}

/** Changes the language, from the footer of every page, and leads back to the page. */
export function languagePage({ production }: LanguagePageParts): Router {
  const page = Router();

  page
    .route('/language')
    .all(neverCached)
    .post(...readForm, (request, response) => {
      const { data: chosen } = chosenSchema.safeParse(request.body);
      if (!chosen)
        throw new Problem(400, 'invalid_request', ({ invalidRequest }) => invalidRequest);
      response.cookie(languageCookie, chosen.language, {
        httpOnly: true,
        sameSite: 'lax',
        secure: production,
        maxAge: year,
      });
      response.redirect(303, sameSitePath(textOf(request.body, 'from')));
    })
    .all(onlyBy('POST'));

  return page;
}

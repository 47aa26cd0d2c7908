import { csrfSync } from 'csrf-sync';
import express, { type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import { Problem } from '../problems.js';
import type { Field } from './views.js';

const { generateToken, isRequestValid } = csrfSync({
  getTokenFromRequest: ({ body }) => textOf(body, '_csrf'),
});

/** The session's CSRF token, for a hidden field in its forms. */
export function csrfToken(request: Request): string {
  return generateToken(request);
}

const onlyUrlEncoded: RequestHandler = (request, _response, next) => {
  if (request.is('application/x-www-form-urlencoded') === false) {
    throw new Problem(415, 'unsupported_media_type', ({ onlyForms }) => onlyForms);
  }
  next();
};

/** SameSite=Lax blocks cross-site posts, but not those of a sibling domain: hence the token. */
const onlyOwnForms: RequestHandler = (request, _response, next) => {
  if (!isRequestValid(request)) {
    throw new Problem(403, 'csrf_token_invalid', ({ pageTooOld }) => pageTooOld);
  }
  next();
};

/** Checks and parses every posted form. */
export const readForm: RequestHandler[] = [
  onlyUrlEncoded,
  express.urlencoded({ extended: false, limit: '10kb', parameterLimit: 20 }),
  onlyOwnForms,
];

/** The value of a field as it was typed. */
export function textOf(body: unknown, name: string): string | undefined {
  const value = z.record(z.string(), z.unknown()).safeParse(body).data?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** A field to be shown again. Never for passwords and codes. */
export function typedField(
  body: unknown,
  name: string,
  errors: Readonly<Record<string, string>> = {},
): Field {
  return { value: textOf(body, name), error: errors[name] };
}

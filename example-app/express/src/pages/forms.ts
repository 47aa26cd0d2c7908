import { csrfSync } from 'csrf-sync';
import express, { type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import { Problem } from '../problems.js';
import type { Field } from './views.js';

const { generateToken, isRequestValid } = csrfSync({
  getTokenFromRequest: ({ body }) => textOf(body, '_csrf'),
});

/** The token of this session, for the hidden field of its forms. */
export function csrfToken(request: Request): string {
  return generateToken(request);
}

const onlyUrlEncoded: RequestHandler = (request, _response, next) => {
  if (request.is('application/x-www-form-urlencoded') === false) {
    throw new Problem(415, 'unsupported_media_type', ({ onlyForms }) => onlyForms);
  }
  next();
};

/** SameSite=Lax keeps most foreign posts out, but not those of a sibling domain: hence the token. */
const onlyOwnForms: RequestHandler = (request, _response, next) => {
  if (!isRequestValid(request)) {
    throw new Problem(403, 'csrf_token_invalid', ({ pageTooOld }) => pageTooOld);
  }
  next();
};

/** What every posted form goes through. */
export const readForm: RequestHandler[] = [
  onlyUrlEncoded,
  express.urlencoded({ extended: false, limit: '10kb', parameterLimit: 20 }),
  onlyOwnForms,
];

/** What was typed, to be shown again. */
export function textOf(body: unknown, name: string): string | undefined {
  const value = z.record(z.string(), z.unknown()).safeParse(body).data?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** Passwords and codes are never shown again: this is for all else. */
export function typedField(
  body: unknown,
  name: string,
  errors: Readonly<Record<string, string>> = {},
): Field {
  return { value: textOf(body, name), error: errors[name] };
}

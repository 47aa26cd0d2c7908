import { describe, expect, it } from 'vitest';
import { english } from '../../../lib/message/english.js';
import { spanish } from '../../../lib/message/spanish.js';
import { localeSchema, Translations } from '../../../lib/message/translations.js';
import { refusalCodes } from '../../../lib/refusal.js';

describe.each([english, spanish])('The messages in $locale', ({ locale, message, approval }) => {
  const translations = new Translations();

  it.each(refusalCodes)('are whole sentences for %s, with and without its details', (code) => {
    for (const details of [
      {},
      { attemptsRemaining: 2, retryAfter: 26 },
      { attemptsRemaining: 0 },
    ]) {
      const { message: text } = translations.translate({ code, ...details }, locale);
      expect(text).toMatch(/^[A-ZÁÉÍÓÚ].+\.$/);
      expect(text).not.toMatch(/undefined|NaN/);
    }
  });

  it('contain the code exactly once in each SMS', () => {
    expect(message.split('%(code)s')).toHaveLength(2);
    expect(approval('amount 5').split('%(code)s')).toHaveLength(2);
    expect(approval('amount 5')).toContain('amount 5');
  });
});

describe('The message after a code was sent', () => {
  const challenge = {
    id: 'id',
    purpose: 'login',
    destination: '•••••67',
    callAvailable: true,
    delivery: 'sent',
    expiresAt: new Date(0),
    resendAt: new Date(0),
    attemptsRemaining: 5,
  } as const;
  const textFor = (channel: 'sms' | 'call', reused: boolean, locale: string) =>
    new Translations().translate(
      { code: 'challenge_sent', challenge: { ...challenge, channel, reused } },
      locale,
    ).message;

  it.each([
    ['sms', false, 'en', 'We have sent a code to your phone. Enter it to continue.'],
    ['call', false, 'en', 'We are calling your phone with a code. Enter it to continue.'],
    ['call', true, 'en', 'We have called your phone with a code. Enter it to continue.'],
    ['sms', true, 'es', 'Le enviamos un código a su celular. Ingréselo para continuar.'],
    ['call', false, 'es', 'Le estamos llamando para darle un código. Ingréselo para continuar.'],
    ['call', true, 'es', 'Le dimos un código por llamada. Ingréselo para continuar.'],
  ] as const)('says how: %s, reused %s, in %s', (channel, reused, locale, text) => {
    expect(textFor(channel, reused, locale)).toBe(text);
  });
});

describe('A message', () => {
  const translations = new Translations();

  it.each([
    [
      { code: 'code_incorrect', attemptsRemaining: 4 },
      'en',
      'That code is incorrect. 4 attempts left.',
    ],
    [
      { code: 'code_incorrect', attemptsRemaining: 1 },
      'en',
      'That code is incorrect. 1 attempt left.',
    ],
    [
      { code: 'code_incorrect', attemptsRemaining: 4 },
      'es',
      'El código es incorrecto. Le quedan 4 intentos.',
    ],
    [
      { code: 'code_incorrect', attemptsRemaining: 1 },
      'es',
      'El código es incorrecto. Le queda 1 intento.',
    ],
    [
      { code: 'resend_too_soon', retryAfter: 25.1 },
      'en',
      'Please wait 26 seconds before requesting another code.',
    ],
    [
      { code: 'resend_too_soon', retryAfter: 26 },
      'es',
      'Espere 26 segundos antes de solicitar otro código.',
    ],
    [
      { code: 'user_locked', retryAfter: 900 },
      'en',
      'Too many incorrect codes. Please try again in 15 minutes.',
    ],
    [
      { code: 'user_locked', retryAfter: 86_400 },
      'es',
      'Demasiados códigos incorrectos. Inténtelo de nuevo en 24 horas.',
    ],
    [
      { code: 'send_limit_reached', retryAfter: 91 },
      'en',
      'Too many codes have been requested. Please try again in 2 minutes.',
    ],
    [{ code: 'user_locked' }, 'en', 'Too many incorrect codes. Please try again later.'],
  ] as const)('states durations and counts: %o in %s', (refusal, locale, text) => {
    expect(translations.translate(refusal, locale).message).toBe(text);
  });
});

describe('A language', () => {
  const translations = new Translations({ 'pt-BR': { code_incorrect: 'Código errado.' } });

  it.each([
    ['en', 'en'],
    ['es', 'es'],
    ['ES', 'es'],
    ['es-DO', 'es'],
    ['es-419-x-any', 'es'],
    [`es${'-x'.repeat(16)}a`, 'es'],
    ['pt-BR', 'pt-BR'],
    ['pt-br-x-any', 'pt-BR'],
  ])('%s resolves to %s', (asked, answered) => {
    expect(translations.in(asked).locale).toBe(answered);
  });

  it.each([
    `es${'-x'.repeat(17)}`,
    'pt',
    'de',
    '',
    'e',
    '-',
    'constructor',
    '__proto__',
    undefined,
    null,
    false,
    7,
    {},
  ])('that is unknown falls back to English: %o', (asked) => {
    expect(translations.in(asked).locale).toBe('en');
  });
});

describe('Messages of the app', () => {
  it('override the built-in ones and leave the others unchanged', () => {
    const translations = new Translations({
      es: { code_incorrect: 'No.', code_malformed: undefined },
    });
    expect(translations.translate({ code: 'code_incorrect' }, 'es').message).toBe('No.');
    expect(translations.translate({ code: 'code_malformed' }, 'es').message).toBe(
      'Ingrese el código que aparece en el mensaje.',
    );
    expect(translations.translate({ code: 'code_incorrect' }, 'en').message).toBe(
      'That code is incorrect.',
    );
  });

  it('in a new language fall back to its base language, or to English', () => {
    const translations = new Translations({
      de: { user_locked: 'Gesperrt.' },
      'es-DO': { user_locked: 'No.' },
    });
    expect(translations.translate({ code: 'user_locked' }, 'de').message).toBe('Gesperrt.');
    expect(translations.translate({ code: 'code_incorrect' }, 'de').message).toBe(
      'That code is incorrect.',
    );
    expect(translations.translate({ code: 'code_incorrect' }, 'es-DO').message).toBe(
      'El código es incorrecto.',
    );
  });

  it('do not change the other properties of a refusal', () => {
    const told = new Translations().translate({ code: 'user_locked', retryAfter: 9 }, 'es');
    expect(told).toEqual({
      code: 'user_locked',
      message: 'Demasiados códigos incorrectos. Inténtelo de nuevo en 9 segundos.',
      retryAfter: 9,
    });
  });
});

describe('A "locale" that throws', () => {
  const called = (error: Error, request: object) => () =>
    Reflect.apply(
      localeSchema.parse(() => {
        throw error;
      }),
      undefined,
      [request],
    );

  it('is an error that names the header where the request is not one of Express', () => {
    const error = new TypeError('request.acceptsLanguages is not a function');
    expect(called(error, {})).toThrow(
      expect.objectContaining({
        code: 'option_invalid',
        hint: expect.stringContaining("headers['accept-language']"),
        cause: error,
      }),
    );
  });

  it('throws any other error unchanged', () => {
    const error = new TypeError('canary');
    expect(called(error, { acceptsLanguages: () => 'en' })).toThrow(error);
    expect(called(new Error('canary'), {})).toThrow(new Error('canary'));
  });
});

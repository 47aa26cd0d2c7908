import { describe, expect, it } from 'vitest';
import { english } from '../../../lib/message/english.js';
import { spanish } from '../../../lib/message/spanish.js';
import { Words } from '../../../lib/message/translations.js';
import { refusalCodes } from '../../../lib/outcome.js';

describe.each([english, spanish])('The words in $locale', ({ refusals, message, approval }) => {
  it.each(refusalCodes)('say a sentence for %s', (code) => {
    expect(refusals[code]).toMatch(/^[A-ZÁÉÍÓÚ].+\.$/);
  });

  it('put the code once into each text of an SMS', () => {
    expect(message.split('%(code)s')).toHaveLength(2);
    expect(approval('amount 5').split('%(code)s')).toHaveLength(2);
    expect(approval('amount 5')).toContain('amount 5');
  });
});

describe('A language', () => {
  const words = new Words({ 'pt-BR': { code_incorrect: 'Código errado.' } });

  it.each([
    ['en', 'en'],
    ['es', 'es'],
    ['ES', 'es'],
    ['es-DO', 'es'],
    ['es-419-x-any', 'es'],
    [`es${'-x'.repeat(16)}a`, 'es'],
    ['pt-BR', 'pt-BR'],
    ['pt-br-x-any', 'pt-BR'],
  ])('%s is answered in %s', (asked, answered) => {
    expect(words.in(asked).locale).toBe(answered);
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
  ])('that is unknown is answered in English: %o', (asked) => {
    expect(words.in(asked).locale).toBe('en');
  });
});

describe('Words of the app', () => {
  it('go before what is inside, and leave the rest as it is', () => {
    const words = new Words({ es: { code_incorrect: 'No.', code_malformed: undefined } });
    expect(words.tell({ code: 'code_incorrect' }, 'es').message).toBe('No.');
    expect(words.tell({ code: 'code_malformed' }, 'es').message).toBe(
      spanish.refusals.code_malformed,
    );
    expect(words.tell({ code: 'code_incorrect' }, 'en').message).toBe(
      english.refusals.code_incorrect,
    );
  });

  it('in a language of their own fall back to English, or to the language that they are a kind of', () => {
    const words = new Words({ de: { user_locked: 'Gesperrt.' }, 'es-DO': { user_locked: 'No.' } });
    expect(words.tell({ code: 'user_locked' }, 'de').message).toBe('Gesperrt.');
    expect(words.tell({ code: 'code_incorrect' }, 'de').message).toBe(
      english.refusals.code_incorrect,
    );
    expect(words.tell({ code: 'code_incorrect' }, 'es-DO').message).toBe(
      spanish.refusals.code_incorrect,
    );
  });

  it('do not change what else a refusal says', () => {
    const told = new Words().tell({ code: 'user_locked', retryAfter: 9 }, 'es');
    expect(told).toEqual({
      code: 'user_locked',
      message: spanish.refusals.user_locked,
      retryAfter: 9,
    });
  });
});

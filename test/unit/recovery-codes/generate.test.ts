import { array, assert, asyncProperty, constantFrom, nat, pre, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateRecoveryCodes, type RecoveryCodes } from '../../../lib/index.js';
import { createCode, readCode } from '../../../lib/recovery-codes/code.js';
import { findHash } from '../../../lib/recovery-codes/stored-hash.js';

// Not in beforeAll: if that fails, the tests are skipped, and Stryker takes them for passed.
let made: Promise<RecoveryCodes> | undefined;
async function generated() {
  made ??= generateRecoveryCodes();
  const { codes, hashes } = await made;
  const plain = (at: number): string => codes[at]?.replaceAll('-', '') ?? '';
  return { codes, hashes, plain };
}

describe('Generated recovery codes', () => {
  it('are ten codes of four groups, without the letters that look like digits', async () => {
    const { codes } = await generated();
    expect(codes).toHaveLength(10);
    for (const each of codes) {
      expect(each).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    }
  });

  it('are numbered by their first characters, and are otherwise all different', async () => {
    const { codes } = await generated();
    expect(codes.map((each) => each[0])).toEqual([...'0123456789']);
    expect(new Set(codes.map((each) => each.slice(1))).size).toBe(10);
  });

  it('have fifteen random characters, each from the whole alphabet', () => {
    const drawn = Array.from({ length: 1000 }, () => createCode('7').slice(1));
    for (const at of Array(15).keys()) {
      // The chance that one of 32 characters is not drawn in 1000 draws is about 5e-13.
      const characters = new Set(drawn.map((code) => code[at]));
      expect([...characters].sort().join('')).toBe('0123456789ABCDEFGHJKMNPQRSTVWXYZ');
    }
  });

  it('have hashes of 89 characters that begin with the number, each with a salt of its own', async () => {
    const { hashes, plain } = await generated();
    expect(hashes).toHaveLength(10);
    for (const [at, hash] of hashes.entries()) {
      expect(hash).toMatch(/^\d\$scrypt\$ln=14,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
      expect(hash).toHaveLength(89);
      expect(hash[0]).toBe(plain(at)[0]);
    }
    expect(new Set(hashes.map((hash) => hash.split('$')[3])).size).toBe(10);
  });

  it('verify, each with its own hash', async () => {
    const { hashes, plain } = await generated();
    for (const at of hashes.keys()) expect(await findHash(plain(at), hashes)).toBe(hashes[at]);
  });

  it('are read in every form of typing', async () => {
    const { plain } = await generated();
    const spellings = [
      (character: string) => character,
      (character: string) => character.toLowerCase(),
      (character: string) => character.replace('1', 'l').replace('0', 'o'),
      (character: string) => character.replace('1', 'I').replace('0', 'O'),
      (character: string) => character.replace('1', 'i').replace('0', 'O'),
      (character: string) => String.fromCodePoint(0xfee0 + character.charCodeAt(0)),
    ];
    const between = constantFrom('', ' ', '-', '\u2013', '\u2212', '\u00a0', '\u200b', '\n');
    assert(
      property(
        nat(9),
        array(constantFrom(...spellings), { minLength: 16, maxLength: 16 }),
        array(between, { minLength: 16, maxLength: 16 }),
        constantFrom('', ' ', '\r\n', '\ufeff'),
        (at, spelled, blanks, end) => {
          const typed = [...plain(at)].map(
            (character, place) => `${blanks[place]}${spelled[place]?.(character)}`,
          );
          expect(readCode(end + typed.join('') + end)).toBe(plain(at));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('do not verify with a character replaced', async () => {
    const { hashes, plain } = await generated();
    const characters = constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ');
    const replaced = asyncProperty(nat(9), nat(15), characters, async (at, place, character) => {
      pre(plain(at)[place] !== character);
      const other = plain(at).slice(0, place) + character + plain(at).slice(place + 1);
      const read = readCode(other);
      if (read !== undefined) expect(await findHash(read, hashes)).toBeUndefined();
    });
    await assert(replaced, { numRuns: 20 });
  });

  it('are not read from anything else', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 70 }), (typed) => {
        expect(readCode(typed)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});

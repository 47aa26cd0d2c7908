import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { checks, newestCode } from '../fixtures/emulator.js';

const between = (separator: string) => (code: string) =>
  `${code.slice(0, 3)}${separator}${code.slice(3)}`;
const around =
  (before: string, after = before) =>
  (code: string) =>
    `${before}${code}${after}`;
const digitsFrom = (zero: number) => (code: string) =>
  code.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

describe('F22: a correct code is accepted as people type and paste it', () => {
  it.each<[string, (code: string) => string]>([
    ['as it is', (code) => code],
    ['with a space', between(' ')],
    ['with a no-break space', between('\u00a0')],
    ['with a narrow no-break space', between('\u202f')],
    ['with a thin space', between('\u2009')],
    ['with an ideographic space', between('\u3000')],
    ['with a dash', between('-')],
    ['with an en dash', between('\u2013')],
    ['with a non-breaking hyphen', between('\u2011')],
    ['with a minus sign', between('\u2212')],
    ['with a full-width dash', between('\uff0d')],
    ['with a soft hyphen', between('\u00ad')],
    ['between spaces', around('  ')],
    ['before a tab', around('', '\t')],
    ['before a line break', around('', '\n')],
    ['between line breaks of Windows', around('\r\n')],
    ['between zero-width spaces', around('\u200b')],
    ['between marks of direction', around('\u200e')],
    ['in an isolate', around('\u2068', '\u2069')],
    ['behind a BOM', around('\ufeff', '')],
    ['with a variation selector', around('', '\ufe0f')],
    ['in full-width digits', digitsFrom(0xff10)],
    ['in Arabic-Indic digits', digitsFrom(0x660)],
    ['in Persian digits', digitsFrom(0x6f0)],
    ['in Devanagari digits', digitsFrom(0x966)],
    ['in digits beyond the basic plane', digitsFrom(0x1e950)],
    ['in the second of two rows without a gap between them', digitsFrom(0x1d7d8)],
    ['behind G-', around('G-', '')],
    ['behind two letters', around('GO-', '')],
    ['behind G- and in two parts', (code) => `G-${between(' ')(code)}`],
  ])('%s', async (_how, write) => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    expect((await alice.enter(write(newestCode(emulator)))).status).toBe(200);
  });

  it.each<[string, (code: string) => string]>([
    ['with a full stop', around('', '.')],
    ['with dots', (code) => [...code].join('.')],
    ['behind the sign of a WebOTP line', around('#', '')],
    ['in the whole message', (code) => `Your code is ${code}.`],
  ])('or refused without counting an attempt: %s', async (_how, write) => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    const refused = await alice.enter(write(newestCode(emulator)));
    expect([refused.status, refused.body.code]).toEqual([400, 'code_malformed']);
    expect(checks(emulator)).toBe(0);
    expect((await alice.get('/login/code')).body.attemptsRemaining).toBe(5);
  });
});

describe('F22: a code of letters', () => {
  it.each([
    ['ab-12 Cd', 'ab12Cd'],
    ['ABC-123', 'ABC123'],
  ])('keeps its letters when a provider sends such codes: %s', async (typed, code) => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    await alice.enter(typed);
    expect(JSON.stringify(emulator.requests.at(-1)?.body)).toContain(code);
  });
});

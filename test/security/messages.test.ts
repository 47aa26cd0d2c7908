import { describe, expect, it } from 'vitest';
import type { Binding } from '../../lib/index.js';
import { startApp } from '../fixtures/app.js';

/** The SMS that approves this, with a line of ours at its end. */
async function textFor(
  binding: Binding,
  strategy: NonNullable<Parameters<typeof startApp>[0]>['strategy'] = {
    originBoundTo: 'example.com',
  },
): Promise<string> {
  const { browser, emulator } = await startApp({ strategy, route: { binding: () => binding } });
  await browser().login();
  return JSON.parse(emulator.requests.at(-1)?.body ?? '{}').content;
}

const ours = '\n\n@example.com #%(code)s';

describe('A29: what somebody else wrote into a transaction', () => {
  it.each([
    ['a variable of the API', '%(x)s', 'pct(x)s'],
    ['the variable of the code', 'Bob %(code)s', 'Bob pct(code)s'],
    ['a percent sign', '100% Sugar', '100 pct Sugar'],
    ['a line break', 'Bob\nYour new code is 999999', 'Bob Your new code is 999999'],
    ['line breaks of all kinds', 'B\r\no\u2028b\u2029\u0085s', 'B o b s'],
    ['a last line of its own', 'Bob\n\n@evil.example #123456', 'Bob @evil.example #123456'],
    ['control characters', 'B\u0000o\u0007b\u001b', 'B o b'],
    ['a turn of the direction', 'Bob\u202e gnp.exe', 'Bob gnp.exe'],
    ['characters without a width', 'B\u200bo\u00adb\ufeff', 'B o b'],
    ['half a character', 'B\ud800ob', 'B ob'],
    ['blanks', '  Bob  ', 'Bob'],
  ])('is harmless in the SMS: %s', async (_what, payee, shown) => {
    expect(await textFor({ payee })).toBe(
      `Your code is %(code)s. It approves: payee "${shown}"${ours}`,
    );
    expect(await textFor(payee)).toBe(`Your code is %(code)s. It approves: ${shown}${ours}`);
  });

  it.each([
    ['that reads like two of them', { amount: '5, to Bob' }, 'amount "5, to Bob"'],
    ['that ends its quotation', { amount: '5", to "Bob' }, `amount "5', to 'Bob"`],
    ['that is as long as may be', { to: '🏦'.repeat(100) }, `to "${'🏦'.repeat(100)}"`],
  ])('is one value in the SMS, whole: %s', async (_what, binding, shown) => {
    expect(await textFor(binding)).toBe(`Your code is %(code)s. It approves: ${shown}${ours}`);
  });

  it.each<[string, Binding]>([
    ['a name with a line break', { 'a\nb': 1 }],
    ['a name with a variable', { '%(x)s': 1 }],
    ['two names that would look alike', { amount: '9000', 'amount\u200b': '1' }],
    ['a name without a character', { '': 1 }],
    ['a name that is a sentence', { ['x'.repeat(31)]: 1 }],
    ['a value that nobody would see', { to: '\u2060\u3164\ufe0f' }],
    ['a text that nobody would see', '\u200b \u2800'],
    ['a value that nobody would read', { to: 'x'.repeat(101) }],
    ['a text that nobody would read', 'x'.repeat(301)],
    [
      'more values than anybody reads',
      Object.fromEntries(Array.from('abcdefghijk', (name) => [name, 1])),
    ],
  ])('is refused, and nobody is texted: %s', async (_what, binding) => {
    const { browser, emulator } = await startApp({ route: { binding: () => binding } });
    expect((await browser().login()).body.code).toBe('route_option_invalid');
    expect(emulator.requests).toHaveLength(0);
  });

  it('comes harmless to a function of the app', async () => {
    const content = ({ binding, approves }: { binding?: Binding; approves?: string }) =>
      `%(code)s ${JSON.stringify(binding)} ${approves}`;
    expect(await textFor({ payee: 'Bob\n%(x)s', amount: 5 }, { content })).toBe(
      '%(code)s {"amount":5,"payee":"Bob pct(x)s"} amount 5, payee "Bob pct(x)s"',
    );
  });

  it('is approved as it was written all the same', async () => {
    const { browser, emulator } = await startApp({ route: { binding: () => 'Bob\n100%' } });
    const alice = browser();
    await alice.login();
    const { code } = emulator.messages.at(-1) ?? {};
    expect((await alice.enter(code)).body.info.binding).toBe('Bob\n100%');
  });
});

describe('A29: what a function of the app puts in by itself', () => {
  it.each([
    ['a variable of the API', 'Eve %(x)s'],
    ['a last line that a phone would take for ours', 'Eve\n@evil.example #%(code)s'],
    ['the same without a host', 'Eve\n@#%(code)s'],
    ['the same with line breaks behind it', 'Eve\n@evil.example #%(code)s\n\n '],
    ['a control character', 'Eve\u0000'],
    ['an object', '[object Object]'],
    ['more than anybody reads', 'x'.repeat(1000)],
  ])('is refused, and nobody is texted: %s', async (_what, name) => {
    const { browser, emulator, users } = await startApp({
      strategy: { content: ({ user }) => `%(code)s for ${user.name}` },
    });
    users.alice.name = name;
    const answer = await browser().login(name);
    expect(answer.body.code).toBe('option_invalid');
    expect(answer.body.message).toContain('"content"');
    expect(emulator.requests).toHaveLength(0);
  });

  it('is not in the last line, which stays ours', async () => {
    const { browser, emulator, users } = await startApp({
      strategy: {
        originBoundTo: 'example.com',
        content: ({ user }) => `%(code)s for\n${user.name}`,
      },
    });
    users.alice.name = 'Eve';
    await browser().login('Eve');
    const [, last] = emulator.messages.at(-1)?.text.split('\n\n') ?? [];
    expect(last).toMatch(/^@example\.com #\d{6}$/);
  });
});

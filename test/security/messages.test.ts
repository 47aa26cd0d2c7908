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
      `Your code is %(code)s. It approves: payee ${shown}${ours}`,
    );
    expect(await textFor(payee)).toBe(`Your code is %(code)s. It approves: ${shown}${ours}`);
  });

  it('is harmless where it is the name of a value', async () => {
    expect(await textFor({ 'a\n%(x)s': 1 })).toContain('It approves: a pct(x)s 1');
  });

  it('makes no message of a hundred segments, and is cut between characters', async () => {
    expect(await textFor({ payee: '🏦'.repeat(1000) })).toContain(
      `approves: payee ${'🏦'.repeat(57)}...${ours}`,
    );
    expect(await textFor({ payee: 'x'.repeat(60) })).toContain(`payee ${'x'.repeat(60)}${ours}`);
    expect(await textFor({ payee: 'x'.repeat(61) })).toContain(`payee ${'x'.repeat(57)}...${ours}`);
  });

  it('comes harmless to a function of the app', async () => {
    const content = ({ binding }: { binding?: Binding }) => `%(code)s ${JSON.stringify(binding)}`;
    expect(await textFor({ payee: 'Bob\n%(x)s', amount: 5 }, { content })).toBe(
      '%(code)s {"amount":5,"payee":"Bob pct(x)s"}',
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
    ['a control character', 'Eve\u0000'],
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

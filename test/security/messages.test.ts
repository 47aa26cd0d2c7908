import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../lib/index.js';
import { startApp } from '../fixtures/app.js';
import { unseen } from '../fixtures/transactions.js';

/** The SMS that approves this, with a line of ours at its end. */
async function textFor(
  transaction: Transaction,
  strategy: NonNullable<Parameters<typeof startApp>[0]>['strategy'] = {
    originBoundTo: 'example.com',
  },
): Promise<string> {
  const { browser, emulator } = await startApp({
    strategy,
    route: { transaction: () => transaction },
  });
  await browser().login();
  return JSON.parse(emulator.requests.at(-1)?.body ?? '{}').content;
}

const ours = '\n\n@example.com #%(code)s';

/** What a login answers whose transaction is this, and how many requests the provider got. */
async function refusalFor(transaction: unknown) {
  const { browser, emulator } = await startApp({
    route: { transaction: () => Object({ transaction }).transaction },
  });
  const { status, body } = await browser().login();
  return { status, body, requests: emulator.requests.length };
}

describe('A29: an untrusted value in a transaction', () => {
  it.each([
    ['a variable of the API', '%(x)s'],
    ['the variable of the code', 'Bob %(code)s'],
    ['a percent sign', '100% Sugar'],
    ['a name with an apostrophe', "O'Brien"],
    ['what reads like two values', '5, to Bob'],
  ])('is one value in the SMS, and no variable: %s', async (_what, payee) => {
    const shown = payee.replaceAll('%', '％');
    expect(await textFor({ payee })).toBe(
      `Your code is %(code)s. It approves: payee "${shown}"${ours}`,
    );
    expect(await textFor(payee)).toBe(`Your code is %(code)s. It approves: "${shown}"${ours}`);
  });

  it.each([
    ['a line break', 'Bob\nYour new code is 999999', 'invisible_character'],
    ['a last line of its own', 'Bob\n\n@evil.example #123456', 'invisible_character'],
    ['the same without a line break', '@evil.example #123456', 'misleading'],
    ['a turn of the direction', 'Bob\u202e gnp.exe', 'invisible_character'],
    ['the end of its quotation', '5", to "Bob', 'quotation_mark'],
    ['an object', '[object Object]', 'misleading'],
    ['what grows when it is normalised', '\uFDFA'.repeat(50), 'too_long'],
  ])('is refused as the client’s mistake, without an SMS: %s', async (_what, payee, reason) => {
    expect(await refusalFor({ payee })).toMatchObject({
      status: 400,
      body: { code: 'transaction_unusable', problem: { reason, name: 'payee' } },
      requests: 0,
    });
    expect(await refusalFor(payee)).toMatchObject({
      status: 400,
      body: { code: 'transaction_unusable', problem: { reason } },
      requests: 0,
    });
  });

  it.each([
    ['nothing', undefined],
    ['a list', ['Bob']],
    ['a function', () => 'Bob'],
  ])("is the app's mistake when it cannot come from a client: %s", async (_what, transaction) => {
    expect(await refusalFor(transaction)).toMatchObject({
      status: 500,
      body: { code: 'route_option_invalid' },
      requests: 0,
    });
  });

  it.each([
    ['a percent sign', '5\uFF05', '5％', '5%'],
    ['the variable of the code', 'Bob \uFF05(code)s', 'Bob ％(code)s', 'Bob %(code)s'],
    ['letters apart from their accents', 'Jose\u0301', 'José', 'José'],
    ['an abbreviation', 'Farmacia Nº 3', 'Farmacia No 3', 'Farmacia No 3'],
  ])('is shown and returned normalised: %s', async (_what, payee, shown, approved) => {
    const { browser, emulator } = await startApp({ route: { transaction: () => ({ payee }) } });
    const alice = browser();
    await alice.login();
    const { text, code } = emulator.messages.at(-1) ?? {};
    expect(text).toContain(`payee "${shown}"`);
    expect((await alice.enter(code)).body.info.transaction).toEqual({ payee: approved });
  });

  it('that is refused costs nothing: the next transaction gets a code', async () => {
    const payees = ['Bob\u200b', 'Bob\u200b', 'Bob'];
    const { browser, emulator } = await startApp({
      strategy: { limits: { sendsPerHour: 1 } },
      route: { transaction: () => ({ payee: payees.shift() ?? '' }) },
    });
    const alice = browser();
    const codes = [await alice.login(), await alice.login(), await alice.login()];
    expect(codes.map(({ body }) => body.code)).toEqual([
      'transaction_unusable',
      'transaction_unusable',
      'challenge_sent',
    ]);
    expect(emulator.messages).toHaveLength(1);
  });

  it('is passed to a function of the app in the form of the SMS', async () => {
    const content = ({ transaction, approves }: { transaction?: Transaction; approves?: string }) =>
      `%(code)s ${JSON.stringify(transaction)} ${approves}`;
    expect(await textFor({ payee: 'Bob %(x)s', amount: 5 }, { content })).toBe(
      '%(code)s {"amount":5,"payee":"Bob ％(x)s"} amount 5, payee "Bob ％(x)s"',
    );
  });

  it('is approved as it was shown', async () => {
    const { browser, emulator } = await startApp({ route: { transaction: () => 'L’Oréal, 100%' } });
    const alice = browser();
    await alice.login();
    const { code } = emulator.messages.at(-1) ?? {};
    expect((await alice.enter(code)).body.info.transaction).toBe('L’Oréal, 100%');
  });
});

describe('A39: payees that look alike', () => {
  it.each(unseen)('do not have the same SMS: bob and %j', async (character) => {
    for (const payee of [`bob${character}`, `${character}bob`]) {
      const { body, requests } = await refusalFor({ amount: 5, payee });
      expect([body.code, requests]).toEqual(['transaction_unusable', 0]);
    }
  });
});

describe('The largest transaction that is documented', () => {
  it.each<[string, Transaction]>([
    ['a string', '🏦'.repeat(300)],
    [
      'ten values',
      Object.fromEntries(Array.from('abcdefghij', (name) => [name.repeat(6), 'é'.repeat(53)])),
    ],
    ['six values', Object.fromEntries(Array.from('abcdef', (name) => [name, '%'.repeat(100)]))],
  ])('is shown whole, stored and approved: %s', async (_what, transaction) => {
    const { browser, emulator } = await startApp({
      strategy: { originBoundTo: `${'a.'.repeat(125)}nz`, locale: 'es' },
      route: { transaction: () => transaction },
    });
    const alice = browser();
    expect((await alice.login()).body.code).toBe('challenge_sent');
    const { content } = JSON.parse(emulator.requests.at(-1)?.body ?? '{}');
    expect(content.length).toBeLessThanOrEqual(1000);
    const { code } = emulator.messages.at(-1) ?? {};
    expect((await alice.enter(code)).body.info.transaction).toEqual(transaction);
  });
});

describe('A29: an untrusted value in the content of a function of the app', () => {
  it.each([
    ['a variable of the API', 'Eve %(x)s'],
    ['a last line that a phone would take for ours', 'Eve\n@evil.example #%(code)s'],
    ['the same without a host', 'Eve\n@#%(code)s'],
    ['the same with line breaks behind it', 'Eve\n@evil.example #%(code)s\n\n '],
    ['a control character', 'Eve\u0000'],
    ['an object', '[object Object]'],
    ['more than anybody reads', 'x'.repeat(1000)],
  ])('is rejected without an SMS: %s', async (_what, name) => {
    const { browser, emulator, users } = await startApp({
      strategy: { content: ({ user }) => `%(code)s for ${user.name}` },
    });
    users.alice.name = name;
    const answer = await browser().login(name);
    expect(answer.body.code).toBe('option_invalid');
    expect(answer.body.message).toContain('"content"');
    expect(emulator.requests).toHaveLength(0);
  });

  it('is never in the origin-bound last line', async () => {
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

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import FakeTimers, { type Config, type FakeMethod } from '@sinonjs/fake-timers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { inMemory, type Provider, TwoFactorStrategy } from '../../lib/index.js';
import { startApp } from '../fixtures/app.js';
import { minute } from '../fixtures/clock.js';
import { newestCode } from '../fixtures/emulator.js';

const alice = { id: 1, name: 'alice', mobile: '+64211111111' };

const provider: Provider = {
  name: 'memory',
  codePattern: /^\d{6}$/,
  codeLifetime: 300,
  timeout: 1000,
  send: async () => ({ kind: 'sent', reference: 'one', codeLifetime: 300 }),
  check: async (_reference, code) => ({ verdict: code === '123456' ? 'accepted' : 'rejected' }),
};

/** A login without HTTP, whose own timers are Node's. */
function startLogin(verify: () => Promise<unknown> = async () => alice) {
  const strategy = new TwoFactorStrategy<typeof alice>(
    {
      ...inMemory(),
      provider,
      destination: ({ mobile }) => mobile,
      state: 'client',
      verifyTimeout: 20,
    },
    () => verify() as Promise<typeof alice>,
  );
  return (request: object): Promise<unknown> =>
    new Promise((resolve) => {
      const actions = { success: resolve, fail: resolve, redirect: resolve, error: resolve };
      const asked = Object.assign(Object.create(strategy), actions);
      asked.authenticate({ method: 'POST', ...request }, {});
    });
}

const all: readonly FakeMethod[] = [
  'Date',
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'hrtime',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
];

function install(options: Config): void {
  const clock = FakeTimers.install(options);
  onTestFinished(() => clock.uninstall());
}

/**
 * What test runners fake, by default and by their lists. Not nextTick: Node's own sockets need it, and so
 * does the runner of these tests; lib does not use it.
 */
const fakes: readonly (readonly [string, () => void])[] = [
  ['Sinon, and Jest by default', () => install({ now: Date.now(), toFake: [...all] })],
  ['Sinon, timers alone', () => install({ toFake: ['setTimeout', 'clearTimeout'] })],
  ['Jest, doNotFake Date', () => install({ toFake: all.filter((name) => name !== 'Date') })],
  [
    'Jest, doNotFake setTimeout',
    () => install({ toFake: ['Date', 'setImmediate', 'performance'] }),
  ],
  [
    'Vitest by default',
    () => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
    },
  ],
];

describe.each(fakes)('F21: with fake timers (%s)', (_name, fake) => {
  it('a login is answered', async () => {
    const ask = startLogin();
    fake();
    const sent = await ask({ user: alice, body: {} });
    expect(sent).toMatchObject({ code: 'challenge_sent' });
    const { id } = Object(sent).challenge;
    expect(await ask({ body: { challenge: id, code: '123456' } })).toBe(alice);
  });

  it('two logins at once are answered, although one waits for the other', async () => {
    const ask = startLogin();
    fake();
    const login = { user: alice, body: {} };
    const both = await Promise.all([ask(login), ask(login)]);
    expect(both.map((answer) => Object(answer).code)).toEqual(['challenge_sent', 'challenge_sent']);
    expect(both.map((answer) => Object(answer).challenge.reused).toSorted()).toEqual([false, true]);
  });

  it('a verify callback that never settles ends at its deadline', async () => {
    const ask = startLogin(() => new Promise(() => undefined));
    fake();
    const sent = await ask({ user: alice, body: {} });
    const { id } = Object(sent).challenge;
    const answer = await ask({ body: { challenge: id, code: '123456' } });
    expect(answer).toMatchObject({ code: 'verify_timed_out' });
  });
});

describe('F21: with fake timers an app', () => {
  it('logs in over HTTP', async () => {
    const { browser, emulator } = await startApp();
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const alice = browser();
    expect((await alice.login()).body.code).toBe('challenge_sent');
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it('gets an error when the provider does not answer', async () => {
    const { browser, emulator } = await startApp({ strategy: { timeout: 100 } });
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    onTestFinished(() => release());
    emulator.overrideNextReply({ path: '/challenges', reply: 'held', until });
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    expect((await browser().login()).body.code).toBe('provider_outcome_unknown');
  });

  it("still expires codes according to the test's Date", async () => {
    const ask = startLogin();
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const sent = await ask({ user: alice, body: {} });
    vi.setSystemTime(Date.now() + 5 * minute);
    const { id } = Object(sent).challenge;
    const answer = await ask({ body: { challenge: id, code: '123456' } });
    expect(answer).toMatchObject({ code: 'challenge_not_found' });
  });
});

describe('F21: code in lib that waits', () => {
  const inApps = (file: string) =>
    file.endsWith('.ts') && !/^(browser|emulator|cli|testing)\b|^timers\.ts$/.test(file);

  it.each(readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter(inApps))(
    'never uses a global timer: %s',
    (file) => {
      const source = readFileSync(path.join('lib', file), 'utf8');
      expect(source).not.toMatch(
        /(?<!timers\.)\b(setTimeout|setInterval|setImmediate|queueMicrotask|nextTick)\(/,
      );
    },
  );
});

import { inspect } from 'node:util';
import { expect } from 'vitest';
import { inMemory } from '../../../lib/index.js';
import { MemoryStore } from '../../../lib/storage/in-memory.js';
import { sessionText } from '../../fixtures/app.js';
import { listenToEvents } from '../../fixtures/events.js';
import type { Profile, ReplyOverride } from '../profile.js';
import type { Scenario } from '../scenario.js';
import { startWith } from '../start.js';

/** Everything that a log could show of a value. */
const shown = (value: unknown) =>
  inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true }) + JSON.stringify(value);

/** A memory in this process that keeps all that was ever written. */
function writtenMemory() {
  const store = new MemoryStore();
  const set = store.set.bind(store);
  const written: string[] = [];
  Object.assign(store, {
    set: (key: string, value: string, ttl: number) => {
      written.push(key, value);
      return set(key, value, ttl);
    },
  });
  return { written, memory: { ...inMemory(), store } };
}

/** What holds no number. */
const noMobiles = { alice: '+none', bob: '+none' };

/** Those of a profile and of a login that a text holds. A code is six digits, not six of a duration's. */
function secretsIn(text: string, { secrets, mobiles }: Profile, ...codes: string[]) {
  return [
    ...[...secrets, mobiles.alice.slice(1)].filter((secret) => text.includes(secret)),
    ...codes.filter((code) => new RegExp(`(?<![\\d.])${code}(?!\\d)`).test(text)),
  ];
}

const faults: readonly (readonly [string, ReplyOverride])[] = [
  ['a lost answer', { reply: 'lost', processed: true }],
  ['refused credentials', { reply: 'replaced', processed: true, status: 401 }],
  ['a reply that is not documented', { reply: 'replaced', processed: true, body: 'odd' }],
  ['a server error', { reply: 'replaced', processed: true, status: 500 }],
];

const onTheGoodDay: Scenario = {
  title: 'A18: no key, code or full number is in session, answers, events, errors or the strategy',
  run: async (profile) => {
    const events = listenToEvents();
    const app = await startWith(profile);
    const alice = app.browser();
    const answers = [await alice.login(), await alice.login(), await alice.get('/login/code')];
    const code = app.newestCode();
    answers.push(await alice.enter(app.wrongCode()), await alice.resend());
    const before = await sessionText(app);
    answers.push(await alice.enter(code));
    expect(events.length).toBeGreaterThan(0);
    const texts = [before, await sessionText(app), shown(events), shown(app.errors)];
    for (const text of [...texts, ...answers.map(({ text }) => text)]) {
      expect(secretsIn(text, profile, code, app.wrongCode())).toEqual([]);
    }
    const strategy = inspect(app.strategy, { depth: Number.POSITIVE_INFINITY, showHidden: true });
    expect(secretsIn(strategy, { ...profile, mobiles: noMobiles })).toEqual([]);
  },
};

const inTheStore: Scenario = {
  // The full number is in it: a resend needs it. Of the code there is nothing but what only we can check.
  title: 'A18: neither a key nor a code is in any record of the store',
  run: async (profile) => {
    const { memory, written } = writtenMemory();
    const { logIn, newestCode } = await startWith(profile, memory);
    await logIn();
    expect(written.length).toBeGreaterThan(0);
    const kept = written.join('\n');
    expect(secretsIn(kept, { ...profile, mobiles: noMobiles }, newestCode())).toEqual([]);
  },
};

function inFaults(call: 'send' | 'check', [what, override]: (typeof faults)[number]): Scenario {
  return {
    title: `A18: no key, code or full number is in an error or an event: ${what} to a ${call}`,
    run: async (profile) => {
      const events = listenToEvents();
      const { overrideNextReply, browser, errors, newestCode, wrongCode } =
        await startWith(profile);
      const alice = browser();
      if (call === 'send') overrideNextReply(call, override);
      await alice.login();
      if (call === 'check') overrideNextReply(call, override);
      await alice.enter(wrongCode());
      expect(errors.length).toBeGreaterThan(0);
      for (const text of [...errors.map(shown), shown(events)]) {
        expect(secretsIn(text, profile, newestCode(), wrongCode())).toEqual([]);
      }
    },
  };
}

/** What must not get into a log. */
export function secretScenarios({ checks }: Profile): readonly Scenario[] {
  const calls = checks === 'there' ? (['send', 'check'] as const) : (['send'] as const);
  return [
    onTheGoodDay,
    inTheStore,
    ...calls.flatMap((call) => faults.map((fault) => inFaults(call, fault))),
  ];
}

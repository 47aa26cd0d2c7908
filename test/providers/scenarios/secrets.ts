import { inspect } from 'node:util';
import { expect } from 'vitest';
import { inMemory } from '../../../lib/index.js';
import { MemoryStore } from '../../../lib/storage/in-memory.js';
import { sessionText } from '../../fixtures/app.js';
import { listenToEvents } from '../../fixtures/events.js';
import type { Profile, ReplyOverride } from '../profile.js';
import type { Scenario } from '../scenario.js';
import { startWith } from '../start.js';

/** Everything that a logger could write. */
const shown = (value: unknown) =>
  inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true }) + JSON.stringify(value);

/** A memory in this process that records all writes. */
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

/** For a text that may contain numbers. */
const noMobiles = { alice: '+none', bob: '+none' };

/** The secrets that a text contains. A code is exactly six digits, not six of a duration's. */
function secretsIn(text: string, { secrets, mobiles }: Profile, ...codes: string[]) {
  return [
    ...[...secrets, mobiles.alice.slice(1)].filter((secret) => text.includes(secret)),
    ...codes.filter((code) => new RegExp(`(?<![\\d.])${code}(?!\\d)`).test(text)),
  ];
}

const faults: readonly (readonly [string, ReplyOverride])[] = [
  ['a lost answer', { reply: 'lost', processed: true }],
  ['refused credentials', { reply: 'replaced', processed: true, status: 401 }],
  ['an undocumented reply', { reply: 'replaced', processed: true, body: 'odd' }],
  ['a server error', { reply: 'replaced', processed: true, status: 500 }],
];

const onTheGoodDay: Scenario = {
  title: 'A18: session, answers, events, errors and strategy contain no key, code or full number',
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
  // It has the full number, for a resend, and of the code at most a keyed hash.
  title: 'A18: the records of the store contain neither a key nor a code',
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
    title: `A18: errors and events contain no key, code or full number after ${what} to a ${call}`,
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

/** What no log may contain. */
export function secretScenarios({ checks }: Profile): readonly Scenario[] {
  const calls = checks === 'there' ? (['send', 'check'] as const) : (['send'] as const);
  return [
    onTheGoodDay,
    inTheStore,
    ...calls.flatMap((call) => faults.map((fault) => inFaults(call, fault))),
  ];
}

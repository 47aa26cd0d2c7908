import request, { type Response } from 'supertest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { demoUser } from '../../example-app/express/src/demonstration.js';
import { type Language, wordsIn } from '../../example-app/express/src/language.js';
import type { Words } from '../../example-app/express/src/words/words.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { formsOf, readable, titleOf } from './browser-of.js';
import { startDemonstration } from './example.js';

beforeEach(() => {
  // Answers that are lost are logged.
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** What a code is for: the page that asks for it, and the one that it leads to. */
const occasions = {
  login: { asking: '/login', ends: ({ home }: Words) => home.heading },
  confirmation: { asking: '/confirm', ends: ({ home }: Words) => home.heading },
  payment: { asking: '/payments/1/confirm', ends: ({ payments }: Words) => payments.title },
  newNumber: { asking: '/account/phone', ends: ({ account }: Words) => account.title },
};

type Occasion = keyof typeof occasions;

/** What people type into the fields of the example. */
const typed = { ...demoUser, mobile: '021 555 0123' };

async function start(occasion: Occasion, language: Language) {
  const clock = stopClock();
  const demo = await startDemonstration();
  const agent = request.agent(demo.url).set('accept-language', language);
  const { open, fill } = formsOf(agent);
  if (occasion !== 'login') {
    await agent.post('/api/login').send(demoUser);
    await agent.post('/api/login/code').send({ code: demo.newestCode() });
    await agent.post('/api/payments').send({ payee: 'Bakery', amount: '12.50' });
    clock.advance(31 * second);
  }
  const { asking } = occasions[occasion];
  const entering = `${asking}/code`;
  return {
    ...demo,
    clock,
    open: () => open(entering),
    ask: () => fill(asking, typed),
    enter: (code: string) => fill(entering, { code }),
    enterWrong: async () => {
      for (let guess = 1; guess < 5; guess += 1) await fill(entering, { code: demo.wrongCode() });
      return fill(entering, { code: demo.wrongCode() });
    },
    resend: () => fill(entering, { resend: '1' }),
    loseNext: () => demo.emulator.overrideNextReply({ reply: 'lost', processed: true }),
    refuseNext: () => {
      const body = '{"error":"invalid_attrib"}';
      demo.emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 400, body });
    },
    /** Does what the page offers: the next one. */
    goOn: async ({ text }: Response, codeIsNew: boolean) => {
      if (text.includes(wordsIn(language).home.heading)) return open(asking);
      const [, button] = /class="button" href="(.*?)"/.exec(text) ?? [];
      if (button !== undefined) return open(button);
      const forms = [...text.matchAll(/<form method="post" action="(.*?)".*?<\/form>/gs)];
      const form = (has: string) => forms.find(([whole]) => whole.includes(has))?.[1];
      const path = form('name="code"');
      if (path && codeIsNew) return fill(path, { code: demo.newestCode() });
      if (path) return fill(form('name="resend"') ?? 'nowhere', { resend: '1' });
      return fill(forms[0]?.[1] ?? 'nowhere', typed);
    },
  };
}

type Reader = Awaited<ReturnType<typeof start>>;

/** Texts of the library. */
const exhausted: Readonly<Record<Language, string>> = {
  en: 'No attempts left.',
  es: 'No le quedan intentos.',
};

const locked: Readonly<Record<Language, string>> = {
  en: 'Too many incorrect codes. Please try again in',
  es: 'Demasiados códigos incorrectos. Inténtelo de nuevo en',
};

const notSent: Readonly<Record<Language, string>> = {
  en: 'We could not send a code.',
  es: 'No pudimos enviar el código.',
};

interface State {
  /** What brings the page about. */
  readonly reach: (reader: Reader) => Promise<Response>;
  readonly says: (words: Words, occasion: Occasion, language: Language) => string;
}

const states: Readonly<Record<string, State>> = {
  'is spent': {
    reach: async ({ ask, enterWrong }) => {
      await ask();
      return enterWrong();
    },
    says: (_words, _occasion, language) => exhausted[language],
  },
  'is locked': {
    reach: async ({ ask, enterWrong, clock }) => {
      await ask();
      await enterWrong();
      clock.advance(31 * second);
      await ask();
      await enterWrong();
      clock.advance(31 * second);
      const refused = await ask();
      clock.advance(15 * minute);
      return refused;
    },
    says: (_words, _occasion, language) => locked[language],
  },
  'may be lost': {
    reach: ({ ask, loseNext }) => {
      loseNext();
      return ask();
    },
    says: ({ problemPage }) => problemPage.noAnswerToSend,
  },
  'is tried although it may be lost': {
    reach: async ({ ask, enter, loseNext, newestCode }) => {
      loseNext();
      await ask();
      return enter(newestCode());
    },
    says: ({ code }) => code.resend,
  },
  'was sent again and may be lost': {
    reach: async ({ ask, resend, loseNext, clock }) => {
      await ask();
      clock.advance(31 * second);
      loseNext();
      return resend();
    },
    says: ({ problemPage }) => problemPage.noAnswerToCheck,
  },
  'was sent again': {
    reach: async ({ ask, resend, clock }) => {
      await ask();
      clock.advance(31 * second);
      return resend();
    },
    says: ({ code }) => code.resent,
  },
  'the provider refuses to send': {
    reach: ({ ask, refuseNext }) => {
      refuseNext();
      return ask();
    },
    says: (_words, _occasion, language) => notSent[language],
  },
  'the provider refuses to send again': {
    reach: async ({ ask, resend, refuseNext, clock }) => {
      await ask();
      clock.advance(31 * second);
      refuseNext();
      return resend();
    },
    says: (_words, _occasion, language) => notSent[language],
  },
  'has expired': {
    reach: async ({ ask, open, clock }) => {
      await ask();
      clock.advance(4 * minute + 30 * second);
      await open();
      clock.advance(30 * second);
      return open();
    },
    // By then the old number must confirm once more.
    says: ({ code, confirm }, occasion) => (occasion === 'newNumber' ? confirm.text : code.expired),
  },
};

const all = Object.keys(states);
const tried: readonly (readonly [Occasion, string])[] = [
  ...all.map((state) => ['login', state] as const),
  ...all.map((state) => ['newNumber', state] as const),
  ...['is spent', 'may be lost'].flatMap((state) => [
    ['confirmation', state] as const,
    ['payment', state] as const,
  ]),
];

describe('A code', () => {
  it.each(tried)('for a %s that %s leaves a way on', async (occasion, state) => {
    await findsAWay(occasion, state, 'en');
  });

  it.each(all)('that %s leaves a way on in Spanish', async (state) => {
    await findsAWay('login', state, 'es');
  });
});

async function findsAWay(occasion: Occasion, state: string, language: Language): Promise<void> {
  const reader = await start(occasion, language);
  const given = states[state];
  if (given === undefined) throw new Error(`There is no state that ${state}`);
  const { reach, says } = given;
  let page = await reach(reader);
  expect(readable(page.text)).toContain(says(wordsIn(language), occasion, language));

  let read = reader.emulator.messages.length;
  const end = occasions[occasion].ends(wordsIn(language));
  const way: unknown[] = [];
  while (titleOf(page) !== end && way.length < 10) {
    way.push(titleOf(page));
    reader.clock.advance(31 * second);
    const sent = reader.emulator.messages.length;
    page = await reader.goOn(page, sent > read);
    read = sent;
  }
  expect([...way, titleOf(page)]).toEqual([...way, end]);
}

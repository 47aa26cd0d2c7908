import { createServer } from 'node:http';
import express, { type ErrorRequestHandler } from 'express';
import { Passport } from 'passport';
import type { Provider } from '../../lib/index.js';
import { listen } from '../fixtures/listen.js';
import { someMemory } from '../fixtures/memory.js';
import type { Profile, Provided } from './profile.js';

/** One of many who log in, and what has happened to them. */
export interface Person {
  readonly id: number;
  readonly mobile: string;
  /** Attempts that the app should have counted. */
  spent: number;
  /** Attempts of which nobody knows whether the provider got them. */
  lost: number;
  /** How often they asked for another SMS. */
  resends: number;
  /** Why they could not log in at once. */
  stuck?: 'the SMS is unknown' | 'the code could not be checked';
  loggedInAs?: unknown;
}

export function somePeople(count: number): readonly Person[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    mobile: `+1212${5_550_000 + index}`,
    spent: 0,
    lost: 0,
    resends: 0,
  }));
}

/** Does this for everybody, so many at once. */
export async function eachOf<T>(all: readonly T[], atOnce: number, run: (one: T) => Promise<void>) {
  const waiting = all.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const one of waiting) await run(one);
    }),
  );
}

/** An app on a port of its own, without sessions, in front of a provider and another. */
export async function startApi(first: Profile, spare: Provider, people: readonly Person[]) {
  const provided = await first.start();
  const users = new Map(people.map(({ id, mobile }) => [id, { id, name: `user ${id}`, mobile }]));
  const strategy = provided.strategy(
    {
      ...(await someMemory()),
      state: 'client',
      destination: (user) => user.mobile,
      fallback: [spare],
    },
    (id) => users.get(id),
  );
  const passport = new Passport();
  passport.use(strategy);
  const app = express();
  app.use(express.json());
  const plain = { session: false, failWithError: true };
  app.post(
    '/login',
    (req, _res, next) => {
      // The password is not what this is about.
      req.user = users.get(req.body.id);
      next();
    },
    passport.authenticate(strategy.name, { ...plain, phase: 'challenge' }),
  );
  app.post(
    '/code',
    passport.authenticate(strategy.name, { ...plain, phase: 'response' }),
    (req, res) => {
      res.json({ id: req.user?.id });
    },
  );
  app.post('/pending', async (req, res) => {
    res.json((await strategy.pending(req)) ?? null);
  });
  const answerErrors: ErrorRequestHandler = (error, _req, res, _next) => {
    const { status, code, info } = error;
    res.status(status ?? 500).json({ code, ...info });
  };
  app.use(answerErrors);
  const { port } = await listen(createServer(app));
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${port}${path}`;
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  return { provided, post };
}

/** What the phones of all got, from whichever provider. */
export function phonesOf(...providers: readonly Provided[]) {
  const codes = new Map<string, string[]>();
  for (const { emulator } of providers) {
    emulator.on('message', ({ to, code }) => codes.set(to, [...(codes.get(to) ?? []), code]));
  }
  return { codesOf: ({ mobile }: Person): readonly string[] => codes.get(mobile) ?? [] };
}

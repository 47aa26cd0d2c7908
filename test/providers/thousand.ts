import { createServer } from 'node:http';
import express, { type ErrorRequestHandler } from 'express';
import { Passport } from 'passport';
import type { Provider } from '../../lib/index.js';
import { listen } from '../fixtures/listen.js';
import { someMemory } from '../fixtures/memory.js';
import type { Profile, Provided } from './profile.js';

/** A user of the load test, and the history of the login. */
export interface Person {
  readonly id: number;
  readonly mobile: string;
  /** Attempts that the app must have counted. */
  spent: number;
  /** Attempts that the provider may or may not have received. */
  lost: number;
  /** Requests for another SMS. */
  resends: number;
  /** Why the first login failed. */
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

/** Runs a function for each item, at most `atOnce` at a time. */
export async function eachOf<T>(all: readonly T[], atOnce: number, run: (one: T) => Promise<void>) {
  const waiting = all.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const one of waiting) await run(one);
    }),
  );
}

/** Starts an app without sessions, with a provider and a fallback. */
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

import type { Strategy } from 'passport';
import {
  hasSecondFactor,
  recordSecondFactor,
  type SecondFactorRequest,
  type TwoFactorRouteOptions,
} from '../../lib/index.js';

/** What a route says to Passport; every framework takes these. */
export interface StepOptions extends TwoFactorRouteOptions {
  readonly session?: boolean;
  readonly authInfo?: boolean;
  readonly failWithError?: boolean;
  readonly failureFlash?: boolean;
  readonly failureRedirect?: string;
  readonly successRedirect?: string;
}

/** One use of Passport on a route: `passport.authenticate` or, with `authorize`, `passport.authorize`. */
export interface Step {
  readonly strategy: string | string[];
  readonly options: StepOptions;
  readonly authorize?: boolean;
  /** With a custom callback, which answers what it {@link heard}. */
  readonly callback?: boolean;
  /** With a custom callback that logs in, as Passport's documentation has it. */
  readonly logsIn?: boolean;
}

/** A POST route; it ends in an {@link Answer}. */
export interface Route {
  readonly path: string;
  readonly steps: readonly Step[];
}

export type Part = 'the session' | 'the body parser' | 'passport.session()';

/** What an app is made of, whatever it runs in. */
export interface Plan {
  readonly strategies: readonly Strategy[];
  readonly routes: readonly Route[];
  find(id: number): Express.User | undefined;
  /** What was forgotten. */
  readonly without?: Part | undefined;
  /** The key of the request that Passport is told to keep the user under. */
  readonly userProperty?: string | undefined;
}

/** What a route answers in the end, and `GET /me` and `POST /logout` with it. */
export interface Answer {
  readonly user: unknown;
  readonly account?: unknown;
  readonly info?: unknown;
  /** Whether this user has proved the second factor in this login. */
  readonly fresh: boolean;
}

/** An app of a plan, as this framework would have it. */
export interface Framework {
  readonly title: string;
  /** In the cookie: whoever keeps an old cookie keeps an old session, and nobody can take it back. */
  readonly sessions: 'on the server' | 'in the cookie';
  /** What comes with it and cannot be forgotten. */
  readonly builtIn: readonly ('the body parser' | 'flash messages' | 'a check for sessions')[];
  /** False: `passport.authorize` shows a strategy no user. */
  readonly authorizeShowsUser: boolean;
  /** False: its Passport drops the option `userProperty`. */
  readonly takesUserProperty: boolean;
  /** Gives the URL; the app ends with the test. */
  start(plan: Plan): Promise<string>;
}

/** What a custom callback is told. */
export type Heard = [error: unknown, user?: unknown, info?: unknown, status?: unknown];

/** What it answers then. */
export function heard(...[error, user, info, status]: Heard) {
  return { error: Reflect.get(Object(error), 'code') ?? null, user, info, status };
}

/** Where there is something to note, an app without the hook notes it in its last step. */
export function noteSecondFactor(request: SecondFactorRequest, info: unknown): boolean {
  if (info !== undefined && request.session) recordSecondFactor(request, info);
  return hasSecondFactor(request);
}

/** What every app here answers to an error, be it a refusal or a fault. */
export function answerTo(error: unknown) {
  const told = (key: string): unknown => Reflect.get(Object(error), key);
  const status = Number(told('status') ?? told('statusCode') ?? 500);
  const headers: Record<string, string> = { ...Object(told('headers')) };
  const kind = String(told('name'));
  const body = { code: told('code'), message: told('message'), ...Object(told('info')), kind };
  return { status, headers, body };
}

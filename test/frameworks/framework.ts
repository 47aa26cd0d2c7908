import type { Strategy } from 'passport';
import {
  hasSecondFactor,
  recordSecondFactor,
  type SecondFactorRequest,
  type TwoFactorRouteOptions,
} from '../../lib/index.js';

/** The options of a route, common to all frameworks. */
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
  /** With a custom callback, which answers with {@link callbackAnswer}. */
  readonly callback?: boolean;
  /** With a custom callback that logs in, as in Passport's documentation. */
  readonly logsIn?: boolean;
}

/** A POST route; it ends in an {@link Answer}. */
export interface Route {
  readonly path: string;
  readonly steps: readonly Step[];
}

export type Part = 'the session' | 'the body parser' | 'passport.session()';

/** The parts of an app, in any framework. */
export interface Plan {
  readonly strategies: readonly Strategy[];
  readonly routes: readonly Route[];
  find(id: number): Express.User | undefined;
  /** A part that is missing by mistake. */
  readonly without?: Part | undefined;
  /** The option `userProperty` of Passport. */
  readonly userProperty?: string | undefined;
}

/** The answer of a route, and of `GET /me` and `POST /logout`. */
export interface Answer {
  readonly user: unknown;
  readonly account?: unknown;
  readonly info?: unknown;
  /** Whether this user has proved the second factor in this login. */
  readonly fresh: boolean;
}

/** Starts an app of a plan in one framework. */
export interface Framework {
  readonly title: string;
  /** Sessions in the cookie cannot be ended on the server: an old cookie keeps its session. */
  readonly sessions: 'on the server' | 'in the cookie';
  /** Parts that the framework always has. */
  readonly builtIn: readonly ('the body parser' | 'flash messages' | 'a check for sessions')[];
  /** False if `passport.authorize` does not pass the user to a strategy. */
  readonly authorizeShowsUser: boolean;
  /** False if its Passport ignores the option `userProperty`. */
  readonly takesUserProperty: boolean;
  /** Returns the URL. The app ends with the test. */
  start(plan: Plan): Promise<string>;
}

/** The arguments of a custom callback. */
export type CallbackArguments = [error: unknown, user?: unknown, info?: unknown, status?: unknown];

/** The answer of a custom callback. */
export function callbackAnswer(...[error, user, info, status]: CallbackArguments) {
  return { error: Reflect.get(Object(error), 'code') ?? null, user, info, status };
}

/** Records the second factor as an app without the hook does, and returns whether there is one. */
export function recordedSecondFactor(request: SecondFactorRequest, info: unknown): boolean {
  if (info !== undefined && request.session) recordSecondFactor(request, info);
  return hasSecondFactor(request);
}

/** The answer of every app to an error, a refusal or a fault. */
export function answerTo(error: unknown) {
  const field = (key: string): unknown => Reflect.get(Object(error), key);
  const status = Number(field('status') ?? field('statusCode') ?? 500);
  const headers: Record<string, string> = { ...Object(field('headers')) };
  const kind = String(field('name'));
  const body = { code: field('code'), message: field('message'), ...Object(field('info')), kind };
  return { status, headers, body };
}

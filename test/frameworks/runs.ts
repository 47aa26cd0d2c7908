// What runs in which framework: frameworks.test.ts runs it, and docs/compatibility.md has it as a table.
import express from 'express';
import express4 from 'express4';
import passport06 from 'passport06';
import { expressCookieSession } from './cookie-session.js';
import { expressWith, sessionsOnServer } from './express.js';
import { fastifySecureSession, fastifySession } from './fastify-sessions.js';
import type { Framework } from './framework.js';
import { koa } from './koa.js';
import { halfALoginScenarios } from './scenarios/half-a-login.js';
import { loginScenarios } from './scenarios/login.js';
import { mistakeScenarios } from './scenarios/mistakes.js';
import { passportScenarios } from './scenarios/passport.js';
import { recoveryScenarios } from './scenarios/recovery-codes.js';
import { sessionScenarios } from './scenarios/sessions.js';
import { stepUpScenarios } from './scenarios/step-up.js';
import { userPropertyScenarios } from './scenarios/user-property.js';

const onServer = (title: string) => ({ title, sessions: 'on the server' }) as const;

const frameworks: readonly Framework[] = [
  expressWith(onServer('Express 5 with express-session'), express, sessionsOnServer),
  expressWith(onServer('Express 4 with express-session'), express4, sessionsOnServer),
  expressWith(onServer('Express 5 with Passport 0.6'), express, sessionsOnServer, passport06),
  expressCookieSession,
  fastifySession,
  fastifySecureSession,
  koa,
];

/** Every scenario in every framework that it is for. */
export const runs = frameworks.flatMap((framework) =>
  [
    ...loginScenarios,
    ...sessionScenarios(framework),
    ...stepUpScenarios(framework),
    ...passportScenarios,
    ...mistakeScenarios(framework),
    ...halfALoginScenarios,
    ...recoveryScenarios,
    ...userPropertyScenarios(framework),
  ].map((scenario) => [framework.title, scenario.title, () => scenario.run(framework)] as const),
);

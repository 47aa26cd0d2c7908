import cookieSession from 'cookie-session';
import express from 'express';
import { completeSession } from '../fixtures/complete-session.js';
import { expressWith } from './express.js';
import type { Framework } from './framework.js';

export const expressCookieSession: Framework = expressWith(
  { title: 'Express 5 with cookie-session', sessions: 'in the cookie' },
  express,
  () => [cookieSession({ secret: 'of the test' }), completeSession],
);

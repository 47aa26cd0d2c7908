import { randomBytes } from 'node:crypto';
import cookie from '@fastify/cookie';
import secureSession from '@fastify/secure-session';
import session from '@fastify/session';
import { fastifyWith } from './fastify.js';

export const fastifySession = fastifyWith(
  { title: 'Fastify 5 with @fastify/session', sessions: 'on the server' },
  async (app) => {
    await app.register(cookie);
    await app.register(session, {
      secret: 'of the test, and 32 characters long',
      saveUninitialized: false,
      cookie: { secure: false },
    });
  },
);

export const fastifySecureSession = fastifyWith(
  { title: 'Fastify 5 with @fastify/secure-session', sessions: 'in the cookie' },
  async (app) => {
    await app.register(secureSession, { key: randomBytes(32), cookie: { path: '/' } });
  },
);

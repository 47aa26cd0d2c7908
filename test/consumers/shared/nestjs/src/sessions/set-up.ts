// What main.ts of an app with sessions does before the app listens, on each adapter.
import { randomBytes } from 'node:crypto';
import cookie from '@fastify/cookie';
import { Authenticator } from '@fastify/passport';
import secureSession from '@fastify/secure-session';
import fastifySession from '@fastify/session';
import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import session from 'express-session';
import passport from 'passport';
import { type AppUser, Users } from '../users.js';

const secret = randomBytes(32).toString('hex');

export async function useExpressSession(app: INestApplication): Promise<void> {
  app.use(session({ secret, resave: false, saveUninitialized: false }));
  app.use(passport.session());
}

export async function useFastifySession(app: NestFastifyApplication): Promise<void> {
  await app.register(cookie);
  await app.register(fastifySession, {
    secret,
    saveUninitialized: false,
    cookie: { secure: false },
  });
  await useFastifyPassport(app);
}

export async function useSecureSession(app: NestFastifyApplication): Promise<void> {
  await app.register(secureSession, { key: randomBytes(32), cookie: { path: '/' } });
  await useFastifyPassport(app);
}

async function useFastifyPassport(app: NestFastifyApplication): Promise<void> {
  const authenticator = new Authenticator();
  const users = app.get(Users);
  authenticator.registerUserSerializer(async ({ id }: AppUser) => id);
  authenticator.registerUserDeserializer(async (id: number) => users.find(id) ?? null);
  await app.register(authenticator.initialize());
  await app.register(authenticator.secureSession());
}

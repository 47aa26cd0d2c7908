import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { startSamples } from './sample-app.js';
import { surroundings } from './samples.js';

/** The app of Nest's Passport recipe, with what the page asks to add to it. */
const recipe = {
  'users.service.ts': `
    export interface User { userId: number; username: string; password: string; mobile: string }
    export class UsersService {
      private readonly users: User[] = [
        { userId: 1, username: 'john', password: 'changeme', mobile: '+64211234567' },
      ];
      async findOne(username: string) { return this.users.find((user) => user.username === username); }
      async findById(userId: unknown) { return this.users.find((user) => user.userId === userId); }
    }`,
  'users.module.ts': `
    import { Module } from '@nestjs/common';
    import { UsersService } from './users.service.js';
    @Module({ providers: [UsersService], exports: [UsersService] })
    export class UsersModule {}`,
  'auth.module.ts': `
    import { Module } from '@nestjs/common';
    import { JwtModule } from '@nestjs/jwt';
    import { PassportModule } from '@nestjs/passport';
    import { AuthService } from './auth.service.js';
    import { JwtStrategy } from './jwt.strategy.js';
    import { LocalStrategy } from './local.strategy.js';
    import { SecondFactorModule } from './second-factor.module.js';
    import { UsersModule } from './users.module.js';
    @Module({
      imports: [
        UsersModule,
        PassportModule,
        JwtModule.register({ secret: 'a secret of the test', signOptions: { expiresIn: '60s' } }),
        SecondFactorModule,
      ],
      providers: [AuthService, LocalStrategy, JwtStrategy],
      exports: [AuthService],
    })
    export class AuthModule {}`,
  'auth.service.ts': `
    import { Injectable } from '@nestjs/common';
    import { JwtService } from '@nestjs/jwt';
    import type { SuccessInfo } from 'passport-modica-2fa';
    import { type User, UsersService } from './users.service.js';
    export interface TokenUser extends User { verifiedAt?: string }
    @Injectable()
    export class AuthService {
      constructor(private usersService: UsersService, private jwtService: JwtService) {}
      async validateUser(username: string, pass: string) {
        const user = await this.usersService.findOne(username);
        if (!user || user.password !== pass) return null;
        const { password: _password, ...result } = user;
        return result;
      }
      async login({ username, userId }: User, info: SuccessInfo) {
        const verifiedAt = 'verifiedAt' in info ? info.verifiedAt : undefined;
        return { access_token: this.jwtService.sign({ username, sub: userId, verifiedAt }) };
      }
    }`,
  'local.strategy.ts': `
    import { Injectable, UnauthorizedException } from '@nestjs/common';
    import { PassportStrategy } from '@nestjs/passport';
    import { Strategy } from 'passport-local';
    import { AuthService } from './auth.service.js';
    @Injectable()
    export class LocalStrategy extends PassportStrategy(Strategy) {
      constructor(private authService: AuthService) { super(); }
      async validate(username: string, password: string) {
        const user = await this.authService.validateUser(username, password);
        if (!user) throw new UnauthorizedException();
        return user;
      }
    }`,
  // passport-jwt is no dependency of this repository: its strategy, as far as the recipe uses it.
  'jwt.strategy.ts': `
    import { Injectable } from '@nestjs/common';
    import { JwtService } from '@nestjs/jwt';
    import { PassportStrategy } from '@nestjs/passport';
    import type { Request } from 'express';
    import { Strategy } from 'passport-strategy';
    import { UsersService } from './users.service.js';
    class BearerStrategy extends Strategy {
      name = 'jwt';
      constructor(private jwt: JwtService, private verify: (payload: object, done: Function) => unknown) { super(); }
      override authenticate(req: Request) {
        const token = req.headers.authorization?.replace('Bearer ', '') ?? '';
        this.jwt.verifyAsync(token).then(
          (payload) => this.verify(payload, (_error: unknown, user: object) => this.success(user)),
          () => this.fail(401),
        );
      }
    }
    @Injectable()
    export class JwtStrategy extends PassportStrategy(BearerStrategy) {
      constructor(jwt: JwtService, private users: UsersService) { super(jwt); }
      async validate(payload: { sub: number; verifiedAt?: string }) {
        const { password: _password, ...user } = Object(await this.users.findById(payload.sub));
        return { ...user, verifiedAt: payload.verifiedAt };
      }
    }`,
  'routes.ts': `
    import 'reflect-metadata';
    import { Controller, Get, Injectable, Module } from '@nestjs/common';
    import { NestFactory } from '@nestjs/core';
    import { EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
    import { TerminusModule } from '@nestjs/terminus';
    import { AppController } from './app.controller.js';
    import { AuthModule } from './auth.module.js';
    import { Transfers, TransfersController } from './transfers.controller.js';
    import { TwoFactorEvents } from './two-factor-events.js';
    @Injectable()
    class Audit {
      accepted = 0;
      @OnEvent('two-factor.code_accepted')
      count() { this.accepted += 1; }
    }
    @Controller()
    class Health {
      constructor(private events: TwoFactorEvents, private audit: Audit) {}
      @Get('health')
      check() { return { ...this.events.check(), accepted: this.audit.accepted }; }
    }
    @Module({
      imports: [AuthModule, EventEmitterModule.forRoot(), TerminusModule],
      controllers: [AppController, TransfersController, Health],
      providers: [Transfers, TwoFactorEvents, Audit],
    })
    class AppModule {}
    const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    await app.init();
    export default app.getHttpAdapter().getInstance();`,
};

describe('The app of docs/nestjs.md', () => {
  it('logs in with a code, shows the profile, approves a transfer and knows its health', async () => {
    const { url, emulator } = await startSamples('docs/nestjs.md', () => ({
      ...surroundings,
      ...recipe,
    }));
    const post = (path: string, body: object, authorization = '') =>
      request(url).post(path).set('Authorization', authorization).send(body);
    /** Answers the challenge of a refusal. */
    const answerTo = (refused: request.Response) => ({
      challenge: refused.body.challenge.id,
      code: emulator.messages.at(-1)?.code,
    });

    await post('/auth/login', { username: 'john', password: 'wrong' }).expect(401);
    const login = await post('/auth/login', { username: 'john', password: 'changeme' }).expect(401);
    const answered = await post('/auth/code', answerTo(login)).expect(200);
    const token = `Bearer ${answered.body.access_token}`;
    const { body } = await request(url).get('/profile').set('Authorization', token);
    expect(body).toMatchObject({ userId: 1, username: 'john' });
    await request(url).get('/profile').expect(401);

    const transfer = { to: 'Bakery', amount: 12.5 };
    const messages = emulator.messages.length;
    await post('/transfers', { ...transfer, admin: true }, token).expect(400);
    expect(emulator.messages).toHaveLength(messages);
    const asked = await post('/transfers', transfer, token).expect(401);
    const approved = await post('/transfers', { ...transfer, ...answerTo(asked) }, token).expect(
      201,
    );
    expect(approved.body).toEqual(transfer);

    expect((await request(url).get('/health')).body).toEqual({
      sms: { status: 'up' },
      accepted: 2,
    });
    await emulator.stop();
    await post('/transfers', { to: 'Bank', amount: 1 }, token).expect(503);
    expect((await request(url).get('/health')).body).toEqual({
      sms: { status: 'down', code: 'provider_unavailable' },
      accepted: 2,
    });
  });
});

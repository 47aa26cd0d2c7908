import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { JwtService } from '@nestjs/jwt';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { startSamples } from './sample-app.js';
import { compile, expressApp, folderOf, sampleFiles, surroundings } from './samples.js';

/** What the page takes unchanged from Nest's Passport recipe, and the module that it is imported in. */
const recipe = {
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
    import { jwtConstants } from './constants.js';
    import { JwtStrategy } from './jwt.strategy.js';
    import { LocalStrategy } from './local.strategy.js';
    import { SecondFactorModule } from './second-factor.module.js';
    import { UsersModule } from './users.module.js';
    @Module({
      imports: [
        UsersModule,
        PassportModule,
        JwtModule.register({ secret: jwtConstants.secret, signOptions: { expiresIn: '15m' } }),
        SecondFactorModule,
      ],
      providers: [AuthService, LocalStrategy, JwtStrategy],
      exports: [AuthService],
    })
    export class AuthModule {}`,
  'constants.ts': `export const jwtConstants = { secret: 'a secret of the test' };`,
  'local.strategy.ts': `
    import { Injectable, UnauthorizedException } from '@nestjs/common';
    import { PassportStrategy } from '@nestjs/passport';
    import { Strategy } from 'passport-local';
    import { AuthService } from './auth.service.js';
    @Injectable()
    export class LocalStrategy extends PassportStrategy(Strategy) {
      constructor(private authService: AuthService) { super(); }
      async validate(username: string, password: string) {
        if (typeof username !== 'string' || typeof password !== 'string') throw new UnauthorizedException();
        const user = await this.authService.validateUser(username, password);
        if (!user) throw new UnauthorizedException();
        return user;
      }
    }`,
  'app.module.ts': `
    import { Controller, Get, Injectable, Module } from '@nestjs/common';
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
    export class AppModule {}`,
  'routes.ts': `
    import 'reflect-metadata';
    import { NestFactory } from '@nestjs/core';
    import { AppModule } from './app.module.js';
    const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    await app.init();
    export default app.getHttpAdapter().getInstance();`,
};

describe('The app of docs/nestjs.md and docs/nestjs-operations.md', () => {
  it('logs in with a code, steps up, approves a transfer, knows its health and refuses tokens of deleted users', async () => {
    const { url, emulator } = await startSamples('docs/nestjs.md', () => ({
      ...surroundings,
      ...recipe,
      ...sampleFiles('docs/nestjs-operations.md'),
    }));
    const post = (path: string, body: object, authorization = '') =>
      request(url).post(path).set('Authorization', authorization).send(body);
    /** Answers the challenge of a refusal. */
    const answerTo = (refused: request.Response) => ({
      challenge: refused.body.challenge.id,
      code: emulator.messages.at(-1)?.code,
    });

    await post('/auth/login', { username: 'john', password: 'wrong' }).expect(401);
    await post('/auth/login', { username: { not: null }, password: ['changeme'] }).expect(401);
    const login = await post('/auth/login', { username: 'john', password: 'changeme' }).expect(401);
    const answered = await post('/auth/code', answerTo(login)).expect(200);
    const token = `Bearer ${answered.body.access_token}`;
    const { body } = await request(url).get('/profile').set('Authorization', token);
    expect(body).toMatchObject({ userId: 1, username: 'john' });
    expect(body).not.toHaveProperty('password');
    await request(url).get('/profile').expect(401);

    const stepUp = await post('/auth/step-up', {}, token).expect(401);
    const fresh = await post('/auth/step-up', answerTo(stepUp), token).expect(200);
    const later = `Bearer ${fresh.body.access_token}`;
    await request(url).get('/profile').set('Authorization', later).expect(200);
    const verifiedAt = new Date().toISOString();
    const deleted = new JwtService({ secret: 'a secret of the test' }).sign({
      sub: 99,
      verifiedAt,
    });
    await request(url).get('/profile').set('Authorization', `Bearer ${deleted}`).expect(401);

    const transfer = { to: 'Bakery', amount: 12.5 };
    const messages = emulator.messages.length;
    await post('/transfers', { ...transfer, admin: true }, token).expect(400);
    for (const amount of [-5, 0, 12.555, 1e21, '12.5']) {
      await post('/transfers', { ...transfer, amount }, token).expect(400);
    }
    expect(emulator.messages).toHaveLength(messages);
    const asked = await post('/transfers', transfer, token).expect(401);
    const approved = await post('/transfers', { ...transfer, ...answerTo(asked) }, token).expect(
      201,
    );
    expect(approved.body).toEqual({ to: 'Bakery', amount: '12.50 NZD' });
    expect(emulator.messages.at(-1)?.text).toContain('amount "12.50 NZD"');
    const changed = await post('/transfers', transfer, token).expect(401);
    const other = { to: 'Thief', amount: 12.5, ...answerTo(changed) };
    const mismatch = await post('/transfers', other, token).expect(401);
    expect(mismatch.body.code).toBe('transaction_mismatch');
    const repeated = await post('/transfers', { ...transfer, ...answerTo(changed) }, token);
    expect(repeated.body.code).toBe('challenge_not_found');

    expect((await request(url).get('/health')).body).toEqual({
      sms: { status: 'up' },
      accepted: 3,
    });
    await emulator.stop();
    await post('/transfers', { to: 'Bank', amount: 1 }, token).expect(503);
    expect((await request(url).get('/health')).body).toEqual({
      sms: { status: 'down', code: 'provider_unavailable' },
      accepted: 3,
    });
  });

  it('knows that its credentials are wrong', async () => {
    const { url } = await startSamples('docs/nestjs.md', () => ({
      ...surroundings,
      ...recipe,
      ...sampleFiles('docs/nestjs-operations.md'),
      // After the credentials of the emulator.
      'wrong-password.ts': `process.env['MODICA_PASSWORD'] = 'wrong';`,
      'routes.ts': `import './wrong-password.js';${recipe['routes.ts']}`,
    }));
    await request(url)
      .post('/auth/login')
      .send({ username: 'john', password: 'changeme' })
      .expect(500);
    expect((await request(url).get('/health')).body.sms).toEqual({
      status: 'down',
      code: 'provider_credentials_refused',
    });
  });

  it('passes the test of docs/nestjs-operations.md', () => {
    const files = {
      ...surroundings,
      ...expressApp(),
      ...recipe,
      ...sampleFiles('docs/nestjs.md'),
      ...sampleFiles('docs/nestjs-operations.md'),
      'vitest.config.ts': `export default { test: { include: ['*.e2e-spec.js'], exclude: [] } };`,
    };
    const folder = folderOf(files);
    expect(compile(files, folder)).toBe('');
    const vitest = path.resolve('node_modules/vitest/vitest.mjs');
    const config = path.join(folder, 'vitest.config.js');
    const report = execFileSync(
      process.execPath,
      [vitest, 'run', '--root', folder, '--config', config, '--reporter', 'json'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(JSON.parse(report)).toMatchObject({ numPassedTests: 1, numTotalTests: 1 });
  });
});

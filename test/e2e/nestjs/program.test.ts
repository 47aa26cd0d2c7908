import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { greeting } from '../../../example-app/nestjs/src/greeting.js';
import { readSettings, SettingsError } from '../../../example-app/nestjs/src/settings.js';
import { newestCode, startEmulator } from '../../fixtures/emulator.js';
import { startProgram } from '../../fixtures/program.js';
import { clientOf } from './example.js';

describe('The Nest example as a program', () => {
  beforeAll(async () => {
    await promisify(execFile)('npm', ['run', 'build', '--workspace', 'example-app/nestjs']);
  });

  const main = path.resolve('example-app/nestjs/dist/main.js');

  it('prints where it listens, and allows a login with its demo phone', async () => {
    const { url } = await startProgram(main, {});
    const demo = clientOf(url);

    await demo.login().expect(401);
    const { body } = await demo.get('/handset.json').expect(200);
    await demo.enter(/\d+$/.exec(body[0].text)?.[0]).expect(200);
    await demo.me().expect(200);
  });

  it('uses an account at Modica, and then has no demo phone', async () => {
    const emulator = await startEmulator();
    const { url } = await startProgram(main, {
      MODICA_USERNAME: emulator.account.username,
      MODICA_PASSWORD: emulator.account.password,
      MODICA_BASE_URL: emulator.account.baseUrl,
      DEMO_MOBILE: '+64219876543',
    });
    const demo = clientOf(url);

    await demo.get('/handset.json').expect(404);
    await demo.login().expect(401);
    await demo.enter(newestCode(emulator, '+64219876543')).expect(200);
    await demo.me().expect(200);
  });
});

describe('The greeting of the Nest example', () => {
  it('has a request for each journey with the demo phone, and else only the address', () => {
    const routes = ['/login', '/login/code', '/me', '/step-up', '/me/mobile', '/me/recovery-codes'];
    for (const route of [...routes, '/transfers', '/handset.json']) {
      expect(greeting('3000', true)).toContain(`http://localhost:3000${route}`);
    }
    expect(greeting('3000', false)).toBe('Listening at http://localhost:3000');
  });
});

describe('The environment of the Nest example', () => {
  it.each([undefined, ''])('A44: with %j for its secret makes up one for each start', (value) => {
    const secrets = [1, 2].map(() => readSettings({ JWT_SECRET: value }).tokenSecret);
    expect(secrets).toEqual([1, 2].map(() => expect.stringMatching(/^[0-9a-f]{64}$/)));
    expect(new Set(secrets).size).toBe(2);
  });

  it.each([
    ['PORT', 'http'],
    ['JWT_SECRET', 'short'],
    ['DEMO_MOBILE', '021 123'],
    ['NODE_ENV', 'production'],
  ])('is refused with %s=%s, by the name of the variable', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(SettingsError);
    expect(() => readSettings({ [name]: value })).toThrow(name);
  });
});

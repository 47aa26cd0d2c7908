import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newestCode, startEmulator } from '../fixtures/emulator.js';
import { startProgram } from '../fixtures/program.js';

const file = path.resolve('example-app/minimal/app.js');

/** The app as a program, with an account at an emulator, and browsers. */
async function start() {
  const emulator = await startEmulator();
  const { username, password, baseUrl } = emulator.account;
  const { url } = await startProgram(file, {
    MODICA_USERNAME: username,
    MODICA_PASSWORD: password,
    MODICA_BASE_URL: baseUrl,
  });
  const browser = () => {
    const agent = request.agent(url);
    const post = async (
      where: string,
      fields: object = {},
      headers: Record<string, string> = {},
    ) => {
      const answer = await agent.post(where).type('form').set(headers).send(fields);
      return { status: answer.status, to: answer.headers['location'] };
    };
    return {
      agent,
      post,
      page: async (where: string) => (await agent.get(where)).text,
      logIn: (word = 'demo-password') => post('/login', { username: 'demo', password: word }),
      enter: (code = newestCode(emulator)) => post('/login/code', { code }),
      name: async () => (await agent.get('/')).text,
    };
  };
  return { emulator, browser };
}

const nobody = 'Log in at /login';
const to = (where: string) => ({ status: 302, to: where });

describe('The minimal example', () => {
  it('is one file of at most 80 lines, and needs the packages of the README alone', () => {
    expect(readFileSync(file, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(80);
    const { dependencies } = JSON.parse(readFileSync('example-app/minimal/package.json', 'utf8'));
    expect(Object.keys(dependencies)).toEqual([
      'express',
      'express-session',
      'passport',
      'passport-local',
      'passport-modica-2fa',
    ]);
  });

  it('logs in with the password and the code, not with the password alone, and out', async () => {
    const { emulator, browser } = await start();
    const demo = browser();
    expect(await demo.page('/login')).toContain('name="password"');
    expect(await demo.logIn()).toEqual(to('/login/code'));
    expect(await demo.name()).toBe(nobody);
    expect(await demo.page('/login/code')).toContain('We sent a code to •••••67.');
    expect(await demo.enter()).toEqual(to('/'));
    expect(await demo.name()).toBe('demo');
    expect(emulator.messages).toHaveLength(1);
    expect(await demo.post('/logout')).toEqual(to('/'));
    expect(await demo.name()).toBe(nobody);
  });

  it('says what was wrong with the password and with the code', async () => {
    const { emulator, browser } = await start();
    const demo = browser();
    for (const [username, password] of [
      ['demo', 'wrong'],
      ['no user', 'demo-password'],
    ]) {
      expect(await demo.post('/login', { username, password })).toEqual(to('/login'));
    }
    expect(emulator.messages).toHaveLength(0);
    await demo.logIn();
    const wrong = newestCode(emulator) === '000000' ? '111111' : '000000';
    expect(await demo.enter(wrong)).toEqual(to('/login/code'));
    expect(await demo.page('/login/code')).toContain('That code is incorrect.');
    expect(await demo.post('/login/code', { resend: '1' })).toEqual(to('/login/code'));
    expect(await demo.page('/login/code')).toMatch(/Please wait \d+ seconds/);
    expect(await demo.enter()).toEqual(to('/'));
  });

  it('ends the login of a session before another one', async () => {
    const { browser } = await start();
    const demo = browser();
    await demo.logIn();
    await demo.enter();
    expect(await demo.logIn()).toEqual(to('/login/code'));
    expect(await demo.name()).toBe(nobody);
  });

  it('A43: does nothing for a form of another site or of a sibling domain', async () => {
    const { emulator, browser } = await start();
    const demo = browser();
    const good = { username: 'demo', password: 'demo-password' };
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ]) {
      for (const where of ['/login', '/login/code', '/logout']) {
        expect((await demo.post(where, good, headers)).status).toBe(403);
      }
    }
    expect(emulator.messages).toHaveLength(0);
    const own = { 'sec-fetch-site': 'same-origin' };
    expect(await demo.post('/login', good, own)).toEqual(to('/login/code'));
  });

  it('needs no account: it prints the SMS of its own emulator', async () => {
    const app = spawn(process.execPath, [file], { env: { PORT: '0' } });
    onTestFinished(() => void app.kill());
    const lines = createInterface(app.stdout)[Symbol.asyncIterator]();
    const url = /http:\S+$/
      .exec((await lines.next()).value ?? '')?.[0]
      .replace('localhost', '127.0.0.1');
    const agent = request.agent(url ?? '');
    const send = (where: string, fields: object) => agent.post(where).type('form').send(fields);
    const login = { username: 'demo', password: 'demo-password' };
    await send('/login', login).expect('location', '/login/code');
    const code = /\d{6}/.exec((await lines.next()).value ?? '')?.[0];
    await send('/login/code', { code }).expect('location', '/');
    expect((await agent.get('/')).text).toBe('demo');
    app.kill();
    await once(app, 'exit');
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import request from 'supertest';
import { expect, it, onTestFinished } from 'vitest';
import { createModicaEmulator } from '../../lib/emulator/index.js';
import { compile, folderOf, sampleFiles } from './samples.js';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = Object(server.address());
  server.close();
  return port;
}

it('docs/express.md is an app that runs with nothing but its own samples', async () => {
  const folder = folderOf(sampleFiles('docs/express.md'));
  expect(compile(sampleFiles('docs/express.md'), folder)).toBe('');
  const emulator = createModicaEmulator();
  onTestFinished(() => emulator.stop());
  await emulator.start();
  const { username, password, baseUrl } = emulator.account;
  const port = await freePort();
  const app = spawn(process.execPath, [path.join(folder, 'server.js')], {
    env: {
      PORT: String(port),
      SESSION_SECRET: 'a secret of the test',
      MODICA_USERNAME: username,
      MODICA_PASSWORD: password,
      MODICA_BASE_URL: baseUrl,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void app.kill());
  let logged = '';
  app.stderr.setEncoding('utf8').on('data', (text: string) => {
    logged += text;
  });
  await Promise.race([
    once(app.stdout, 'data'),
    once(app, 'exit').then(() => Promise.reject(new Error(logged))),
  ]);

  const alice = request.agent(`http://127.0.0.1:${port}`);
  const post = (where: string, fields: object) => alice.post(where).type('form').send(fields);
  expect((await alice.get('/')).text).toContain('Log in');
  const failed = await post('/login', { username: 'alice', password: 'guess' }).redirects(1);
  expect(failed.text).toContain('<form method="post">');
  const page = await post('/login', { username: 'alice', password: 'correct horse' }).redirects(1);
  expect(page.text).toContain('Enter the code sent to •••••67.');
  expect((await alice.get('/')).text).toContain('Log in');
  const code = emulator.messages.at(-1)?.code;
  expect((await post('/login/code', { code }).redirects(1)).text).toBe('You are logged in.');

  const logIn = () => post('/login', { username: 'alice', password: 'correct horse' }).redirects(1);
  const tryAgain = 'Something went wrong on our side. Please try again in a minute.';
  await emulator.stop();
  const down = await logIn();
  expect(down.redirects[0]).toMatch(/\/login$/);
  expect(down.text).toContain(tryAgain);
  await emulator.start(Number(new URL(baseUrl).port));
  emulator.overrideNextReply({ reply: 'lost', processed: true });
  const lost = await logIn();
  expect(lost.redirects[0]).toMatch(/\/login\/code$/);
  expect(lost.text).toContain(tryAgain);
  expect(logged).toMatch(/ProviderUnavailableError.*ProviderOutcomeUnknownError/s);
});

import { once } from 'node:events';
import { createServer } from 'node:net';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from './run.js';

/** The command, listening, and a browser. */
async function start() {
  const program = run(['demo', '--port', '0']);
  await program.stdout.contains('Press Ctrl-C to stop.\n');
  const [, url = ''] = /Open (http:\S+)/.exec(program.stdout.text) ?? [];
  const post = async (path: string, fields: object) => {
    const { text } = await request(url).post(path).type('form').send(fields);
    const [, challenge = ''] = /name="challenge" value="([^"]+)"/.exec(text) ?? [];
    return { text, challenge };
  };
  const code = () => /code=(\d+)\n$/.exec(program.stdout.text)?.[1] ?? '';
  return { program, url, post, code };
}

const password = { username: 'demo', password: 'demo-password' };

describe('The command demo', () => {
  it('logs in with the password and the code of the phone, which is shown beside each page', async () => {
    const { program, url, post, code } = await start();
    expect((await request(url).get('/')).text).toContain('No messages yet.');
    const page = await post('/login', password);
    expect(page.text).toContain('Number: •••••67. Attempts left: 5.');
    expect(page.text).toMatch(new RegExp(`<li>.*${code()}`));
    const account = await post('/code', { challenge: page.challenge, code: code() });
    expect(account.text).toContain('Welcome, demo');
    expect(account.text).toContain('&quot;amr&quot;: [');
    program.interrupt();
    expect(await program.exitCode).toBe(0);
  });

  it('sends no code for a wrong password', async () => {
    const { post, code } = await start();
    const page = await post('/login', { ...password, password: 'guess' });
    expect(page).toMatchObject({ challenge: '', text: expect.stringContaining('is incorrect.') });
    expect((await post('/login', { username: 'alice' })).challenge).toBe('');
    expect(code()).toBe('');
  });

  it('shows what the strategy refuses: a wrong code, a resend too soon, an unknown challenge', async () => {
    const { post, code } = await start();
    const { challenge } = await post('/login', password);
    const wrong = await post('/code', { challenge, code: code() === '000000' ? '1' : '000000' });
    expect(wrong.text).toContain('That code is incorrect. 4 attempts left.');
    expect(wrong.challenge).toBe(challenge);
    expect((await post('/code', { challenge, resend: '1' })).text).toContain('Please wait ');
    expect((await post('/code', { code: code() })).text).toContain('There is no code to enter.');
  });

  it.each([['--port', 'x'], ['--port', '70000'], ['--nonsense']])(
    'refuses %s %s',
    async (...args) => {
      const program = run(['demo', ...args]);
      expect(await program.exitCode).toBe(2);
      expect(program.stderr.text).toContain('passport-modica-2fa demo [--port 4020]');
    },
  );

  it('says that the port is in use, and ends', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = Object(other.address());
    const program = run(['demo', '--port', String(port)]);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('the port is in use');
  });
});

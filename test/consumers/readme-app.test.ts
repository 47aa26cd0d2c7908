import request from 'supertest';
import { beforeAll, describe, expect, it } from 'vitest';
import { install } from './readme-app.js';
import { documents, readmeDiff, samples } from './samples.js';

let installed: ReturnType<typeof install>;

beforeAll(() => {
  installed = install();
  return installed.remove;
});

const alice = { username: 'alice', password: 'right' };

/** The quick starts, and a browser. */
async function start() {
  const { emulator, url } = await installed.start('main.ts');
  const agent = request.agent(url);
  const send = (path: string, fields: object = {}) => agent.post(path).type('form').send(fields);
  const code = () => emulator.messages.at(-1)?.code ?? '';
  const wrongCode = () => (code() === '000000' ? '111111' : '000000');
  return { emulator, agent, send, code, wrongCode };
}

describe('The change that the README shows', () => {
  it('turns a login with a password into one that needs the code', async () => {
    const { emulator, url } = await installed.start('diff.ts');
    const agent = request.agent(url);
    const send = async (path: string, fields: object) =>
      (await agent.post(path).type('form').send(fields)).headers['location'];
    expect(await send('/login', alice)).toBe('/login/code');
    expect((await agent.get('/')).body.user).toBeNull();
    expect((await agent.get('/login/code')).text).toContain('We sent a code to •••••67.');
    const code = emulator.messages.at(-1)?.code ?? '';
    expect(await send('/login/code', { code: code === '000000' ? '1' : '000000' })).toBe(
      '/login/code',
    );
    expect(await send('/login/code', { code })).toBe('/');
    expect((await agent.get('/')).body.user.id).toBe(1);
  });

  it('starts from a login with nothing but the password', () => {
    const { before } = readmeDiff();
    expect(before).toContain("passport.authenticate('local'");
    expect(before).not.toContain('modica');
  });
});

describe('The quick starts of the documentation', () => {
  it('run as they are written: pages', async () => {
    const { agent, send, code } = await start();
    expect((await send('/login', alice)).headers['location']).toBe('/login/code');
    expect((await agent.get('/')).body.user).toBeNull();
    expect((await agent.get('/login/code')).text).toContain('Enter the code sent to •••••67');
    expect((await send('/login/code', { code: code() })).headers['location']).toBe('/');
    expect((await agent.get('/')).body.user.id).toBe(1);
    await send('/login', alice);
    expect((await agent.get('/')).body.user).toBeNull();
  });

  it('run as they are written: JSON', async () => {
    const { agent, code } = await start();
    const asked = await agent.post('/api/login').send(alice);
    expect([asked.status, asked.body.code]).toEqual([401, 'challenge_sent']);
    const answered = await agent.post('/api/login/code').send({ code: code() });
    expect(answered.body).toEqual({ id: 1 });
  });

  it('have a code page that always leads on', async () => {
    const { agent, emulator, send, wrongCode } = await start();
    const page = async () => (await agent.get('/login/code')).text;
    emulator.overrideNextReply({ reply: 'lost', processed: true });

    expect((await send('/login', alice)).headers['location']).toBe('/login/code');
    const lost = await page();
    expect(lost).toContain('Something went wrong on our side. Please try again in a minute.');
    expect(lost).toContain('<button name="resend" value="1">Send a new code</button>');
    expect(lost).toContain('<a href="/login">Start again</a>');
    await send('/login/code', { resend: '1' });
    expect(await page()).toMatch(/Please wait \d+ seconds before requesting another code\./);
    await send('/login/code', { code: wrongCode() });
    expect(await page()).toContain(
      'We could not confirm that your code was sent. Please request a new one.',
    );
  });

  it('lead from a challenge without attempts to the login, and say why', async () => {
    const { agent, send, wrongCode } = await start();
    await send('/login', alice);

    for (const left of ['4 attempts', '3 attempts', '2 attempts', '1 attempt']) {
      await send('/login/code', { code: wrongCode() });
      expect((await agent.get('/login/code')).text).toContain(`${left} left`);
    }
    await send('/login/code', { code: wrongCode() });
    const over = await agent.get('/login/code').redirects(1);
    expect(over.request.url).toMatch(/\/login$/);
    expect(over.text).toContain('That code is incorrect.');
  });
});

describe('The samples of the documentation', () => {
  it.each([
    ['pages.ts', 'SESSION_SECRET'],
    ['koa.ts', 'SESSION_SECRET'],
    ['cookie-session.ts', 'SESSION_SECRET'],
    ['fastify.ts', 'SESSION_KEY'],
  ] as const)('A44: %s does not start without %s', (sample, name) => {
    for (const value of [undefined, '']) {
      expect(() => installed.run(sample, { [name]: value })).toThrow(`Error: Set ${name}`);
    }
  });

  it('A44: have no default for a secret that is not set', () => {
    const all = documents().flatMap(samples).join('\n');
    expect(all).not.toMatch(/\w*(?:SECRET|KEY|PASSWORD)\S* (?:\?\?|\|\|)/);
  });

  it.each([
    ['main.ts', ['/login', '/login/code', '/confirm', '/payments/1', '/api/login', '/logout']],
    ['main-koa.ts', ['/login', '/login/code', '/payments']],
    ['main-fastify.ts', ['/login', '/login/code']],
  ] as const)('A43: %s does nothing for a page of a sibling domain', async (main, paths) => {
    const { emulator, url } = await installed.start(main);
    const agent = request.agent(url);
    const origin = url.replace('127.0.0.1', 'blog.127.0.0.1');
    const form = 'application/x-www-form-urlencoded';
    await agent
      .post('/login')
      .type(main === 'main-fastify.ts' ? 'json' : 'form')
      .send(alice);
    await agent.post('/login/code').send({ code: emulator.messages.at(-1)?.code });

    for (const path of paths) {
      for (const headers of [{ origin }, { origin: 'null' }, { 'sec-fetch-site': 'same-site' }]) {
        await agent
          .post(path)
          .set({ ...headers, 'content-type': form })
          .expect(403);
      }
    }
    expect(emulator.messages).toHaveLength(1);
    for (const headers of [{ origin: url }, { 'sec-fetch-site': 'same-origin', origin: 'null' }]) {
      expect((await agent.post(paths[0]).set(headers)).status).not.toBe(403);
    }
  });

  it('F17: with slow sessions lead to the code page, home, and back from the confirmation', () => {
    const { pages, messages } = JSON.parse(installed.run('main-late.ts'));

    expect(pages).toMatchObject([
      { path: '/login/code', text: expect.stringContaining('Enter the code sent to •••••67') },
      { path: '/login/code', text: expect.stringContaining('That code is incorrect.') },
      { path: '/', text: expect.stringContaining('{"user":{"id":1,') },
      { path: '/confirm', text: expect.stringContaining('Send code') },
      { path: '/confirm', text: expect.stringContaining('Enter the code sent to •••••67') },
      { path: '/account/phone' },
    ]);
    expect(messages).toBe(2);
  });
});

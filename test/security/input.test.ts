import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { checks, newestCode } from '../fixtures/emulator.js';

describe('A posted code', () => {
  it.each([
    ['an array', ['123456']],
    ['a nested array', [['123456']]],
    ['an object', { $ne: null }],
    ['an empty object', {}],
    ['a number', 123456],
    ['true', true],
    ['null', null],
    ['nothing at all', undefined],
    ['an empty string', ''],
    ['a NUL', '123\u0000456'],
    ['a superscript', '12345⁶⁄'],
    ['a code in a sentence', 'Your code is 123456.'],
    ['a path', '../../challenges'],
    ['a query', '123456?x=1'],
    ['JSON', '","status":"valid'],
    ['a placeholder', '%(code)s'],
    ['too short a string', '123'],
    ['too long a string', '1234567890123'],
    ['half a megabyte', '1'.repeat(90_000)],
  ])('A13: that is %s is malformed and does not reach the provider', async (_what, code) => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    const answer = await alice.enter(code);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      code: 'code_malformed',
      message: 'Enter the code from the message.',
    });
    expect(checks(emulator)).toBe(0);
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it('A13: is not read from a body that is an array or a string', async () => {
    const { browser, client } = await startApp();
    const alice = browser();
    await alice.login();
    expect((await alice.post('/login/code', ['code'])).body.code).toBe('code_malformed');
    const text = client().post('/login/code').type('json').send('"code"');
    expect((await text).status).toBe(400);
  });

  it.each(['123 456', '123-456', ' 123456 '])(
    'is accepted as people type it: "%s"',
    async (typed) => {
      const { browser, emulator } = await startApp();
      const alice = browser();
      await alice.login();
      const code = newestCode(emulator);
      const spaced = typed.replaceAll(/\d/g, (digit) => code.charAt(Number(digit) - 1));
      expect((await alice.enter(spaced)).status).toBe(200);
    },
  );

  it('A10: is sent in the JSON body of one fixed path, and nowhere else', async () => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    const code = newestCode(emulator);
    await alice.enter(code);
    const [, sent] = emulator.requests;
    expect(sent?.path).toBe('/responses');
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      challenge_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      code,
    });
    expect(JSON.stringify(sent?.headers)).not.toContain(code);
  });

  it('A14: is not read from __proto__ or constructor in a body, which change nothing', async () => {
    const { browser, emulator, client } = await startApp();
    const alice = browser();
    await alice.login();
    const polluting = '{"__proto__":{"code":"000000","resend":true},"constructor":{"code":"1"}}';
    const answer = await alice.agent.post('/login/code').type('json').send(polluting);
    expect(answer.body.code).toBe('code_malformed');
    expect(Reflect.get({}, 'resend')).toBeUndefined();
    expect(checks(emulator)).toBe(0);
    const login = await client()
      .post('/login')
      .type('json')
      .send('{"username":"alice","password":"right","__proto__":{"id":2}}');
    expect(login.body.challenge.destination).toBe('•••••11');
  });

  it('A14: is not read from a polluted prototype', async () => {
    const { browser } = await startApp();
    const alice = browser();
    await alice.login();
    Object.defineProperty(Object.prototype, 'code', { value: '123456', configurable: true });
    try {
      expect((await alice.post('/login/code')).body.code).toBe('code_malformed');
    } finally {
      Reflect.deleteProperty(Object.prototype, 'code');
    }
  });
});

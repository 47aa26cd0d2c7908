import { describe, expect, it } from 'vitest';
import { basic, emulate, mobile, post } from './client.js';

const body = { destination: mobile };

describe('Authentication with the Modica emulator', () => {
  it.each([
    ['no credentials', ''],
    ['a wrong password', basic('emulator', 'wrong')],
    ['a wrong username', basic('wrong', 'emulator')],
    ['another scheme', 'Bearer emulator'],
    ['credentials without a scheme', basic('emulator', 'emulator').slice('Basic '.length)],
  ])('refuses %s with 401 and sends no SMS', async (_what, authorization) => {
    const emulator = await emulate();
    const reply = await post(emulator, '/challenges', body, { authorization });

    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toBe('Basic realm="2fa", charset="UTF-8"');
    expect(reply.body).toEqual({ error: 'unauthorized' });
    expect(emulator.messages).toEqual([]);
  });

  it('refuses a request without an Authorization header', async () => {
    const emulator = await emulate();

    expect((await fetch(emulator.url)).status).toBe(401);
  });

  it.each(['pass:word', ':', 'pässwörd ✓', ''])('accepts the password %j', async (password) => {
    const emulator = await emulate({ username: 'my app', password });
    const authorization = basic('my app', password);

    expect((await post(emulator, '/challenges', body, { authorization })).status).toBe(201);
  });

  it('accepts the scheme in lower case', async () => {
    const emulator = await emulate();
    const authorization = basic('emulator', 'emulator').replace('Basic', 'basic');

    expect((await post(emulator, '/challenges', body, { authorization })).status).toBe(201);
  });
});

describe('A request that the Modica emulator refuses', () => {
  it('is a 404 when the path is unknown', async () => {
    const emulator = await emulate();
    const reply = await post(emulator, '/challenges/1', body);

    expect(reply.status).toBe(404);
    expect(reply.body).toEqual({ error: 'not_found' });
  });

  it('is a 404 when the path is outside the base URL', async () => {
    const emulator = await emulate();
    const reply = await post(emulator, '/../../challenges', body);

    expect(reply.status).toBe(404);
    expect(emulator.requests.at(-1)?.path).toBe('/challenges');
  });

  it('is a 405 that names the allowed method when the method is another', async () => {
    const emulator = await emulate();
    const headers = { authorization: basic('emulator', 'emulator') };
    const reply = await fetch(`${emulator.url}/challenges`, { headers });

    expect(reply.status).toBe(405);
    expect(reply.headers.get('allow')).toBe('POST');
    expect(await reply.json()).toEqual({ error: 'method_not_allowed' });
  });

  it.each(['*/*', 'application/json', 'application/vnd.modica.2fa.v2+json'])(
    'is a 406 when it accepts only %s',
    async (accept) => {
      const emulator = await emulate();
      const reply = await post(emulator, '/challenges', body, { accept });

      expect(reply.status).toBe(406);
      expect(reply.body).toEqual({ error: 'not_acceptable' });
    },
  );

  it('is a 415 when its body is not JSON', async () => {
    const emulator = await emulate();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const reply = await post(emulator, '/challenges', 'destination=%2B64211234567', headers);

    expect(reply.status).toBe(415);
    expect(reply.body).toEqual({ error: 'unsupported_media_type' });
  });

  it('is a 413 when its body is larger than 64 KiB', async () => {
    const emulator = await emulate();
    const reply = await post(emulator, '/challenges', 'x'.repeat(64 * 1024 + 1));

    expect(reply.status).toBe(413);
    expect(reply.body).toEqual({ error: 'request_too_large' });
  });
});

describe('A request that the Modica emulator accepts', () => {
  it('may have parameters in its media types, and accept other media types too', async () => {
    const emulator = await emulate();
    const reply = await post(emulator, '/challenges', body, {
      accept: 'text/html;q=0.5, Application/vnd.modica.2fa.v1+json;q=0.9',
      'content-type': 'application/json; charset=utf-8',
    });

    expect(reply.status).toBe(201);
  });

  it('may have a body of 64 KiB', async () => {
    const emulator = await emulate();
    const text = JSON.stringify(body).padEnd(64 * 1024);

    expect((await post(emulator, '/challenges', text)).status).toBe(201);
  });

  it('may have a query', async () => {
    const emulator = await emulate();

    expect((await post(emulator, '/challenges?trace=1', body)).status).toBe(201);
  });
});

describe('Every reply of the Modica emulator', () => {
  it.each([
    ['201', '/challenges', body],
    ['400', '/challenges', {}],
    ['404', '/', {}],
  ])('with status %s is JSON and has a request id', async (status, path, sent) => {
    const emulator = await emulate();
    const reply = await post(emulator, path, sent);

    expect(String(reply.status)).toBe(status);
    expect(reply.headers.get('content-type')).toBe('application/json');
    expect(reply.headers.get('x-modica-request-id')).toMatch(/^[\da-f-]{36}$/);
  });
});

import { describe, expect, it } from 'vitest';
import { challenge, emulate, post, wrong } from '../client.js';

describe('POST /responses', () => {
  it("answers the right code with 201 and the status 'valid'", async () => {
    const emulator = await emulate();
    const { id, code } = await challenge(emulator);
    const reply = await post(emulator, '/responses', { challenge_id: id, code });

    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({ status: 'valid' });
  });

  it('accepts the right code again, for the document promises no single use', async () => {
    const emulator = await emulate();
    const { id, code } = await challenge(emulator);
    await post(emulator, '/responses', { challenge_id: id, code });
    const again = await post(emulator, '/responses', { challenge_id: id, code });

    expect(again.body).toEqual({ status: 'valid' });
  });

  it('accepts the right code after many wrong ones, for the document caps no attempts', async () => {
    const emulator = await emulate();
    const { id, code } = await challenge(emulator);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await post(emulator, '/responses', { challenge_id: id, code: wrong(code) });
    }
    const right = await post(emulator, '/responses', { challenge_id: id, code });

    expect(right.body).toEqual({ status: 'valid' });
  });

  it('answers each challenge by its own code', async () => {
    const emulator = await emulate({ codeLength: 12 });
    const first = await challenge(emulator);
    const second = await challenge(emulator);
    const crossed = { challenge_id: first.id, code: second.code };

    expect((await post(emulator, '/responses', crossed)).body).toEqual({ error: 'invalid_code' });
  });

  it('accepts a code until the millisecond before it expires', async () => {
    let now = 0;
    const emulator = await emulate({ now: () => now });
    const { id, code, expires } = await challenge(emulator);
    now = Date.parse(expires) - 1;
    const reply = await post(emulator, '/responses', { challenge_id: id, code });

    expect(reply.body).toEqual({ status: 'valid' });
  });

  it.each([
    ['an unknown challenge', { challenge_id: crypto.randomUUID(), code: '1' }, 'invalid_challenge'],
    ['no code', { challenge_id: crypto.randomUUID() }, 'missing_attrib'],
    ['no challenge', { code: '123456' }, 'missing_attrib'],
    ['a code that is a number', { challenge_id: 'x', code: 123456 }, 'invalid_attrib'],
  ])('refuses %s with 400', async (_what, body, error) => {
    const emulator = await emulate({ wrongCode: 'status' });
    const reply = await post(emulator, '/responses', body);

    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({ error });
  });
});

describe.each([
  ['error', 400, { error: 'invalid_code' }, { error: 'expired' }],
  ['status', 201, { status: 'invalid' }, { status: 'expired' }],
] as const)('a code that does not pass, read as %s', (wrongCode, status, invalid, expired) => {
  it(`is answered with ${status} when it is wrong`, async () => {
    const emulator = await emulate({ wrongCode });
    const { id, code } = await challenge(emulator);
    const reply = await post(emulator, '/responses', { challenge_id: id, code: wrong(code) });

    expect(reply.status).toBe(status);
    expect(reply.body).toEqual(invalid);
  });

  it(`is answered with ${status} at the moment it expires`, async () => {
    let now = 0;
    const emulator = await emulate({ wrongCode, now: () => now });
    const { id, code, expires } = await challenge(emulator);
    now = Date.parse(expires);
    const reply = await post(emulator, '/responses', { challenge_id: id, code });

    expect(reply.status).toBe(status);
    expect(reply.body).toEqual(expired);
  });
});

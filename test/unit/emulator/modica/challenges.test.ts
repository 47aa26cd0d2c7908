import { describe, expect, it } from 'vitest';
import { challenge, emulate, mobile, post } from '../client.js';

const noon = Date.UTC(2026, 0, 2, 12);

describe('POST /challenges', () => {
  it('answers 201 with created, expires and id, and expires after 300 seconds', async () => {
    const emulator = await emulate({ now: () => noon });
    const reply = await post(emulator, '/challenges', { destination: mobile });

    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      created: '2026-01-02T12:00:00.000Z',
      expires: '2026-01-02T12:05:00.000Z',
      id: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
    });
  });

  it('gives every challenge an id of its own', async () => {
    const emulator = await emulate();
    const ids = [await challenge(emulator), await challenge(emulator)].map(({ id }) => id);

    expect(new Set(ids).size).toBe(2);
  });

  it('sends an SMS with a code of six digits', async () => {
    const emulator = await emulate({ now: () => noon });
    const { code } = await challenge(emulator);

    expect(code).toMatch(/^\d{6}$/);
    expect(emulator.messages).toEqual([
      { to: mobile, text: `Your 2FA code is: ${code}`, code, sentAt: new Date(noon) },
    ]);
  });

  it('keeps leading zeros', async () => {
    const emulator = await emulate({ codeLength: 2 });
    while (!emulator.messages.at(-1)?.code.startsWith('0')) await challenge(emulator);

    expect(emulator.messages.at(-1)?.text).toMatch(/^Your 2FA code is: 0\d$/);
  });

  it('makes the code as long as the option says', async () => {
    const emulator = await emulate({ codeLength: 32 });
    const { code } = await challenge(emulator);

    expect(code).toMatch(/^\d{32}$/);
  });

  it('writes the code wherever the content has the variable, and leaves other % alone', async () => {
    const emulator = await emulate();
    const { code } = await challenge(emulator, { content: '%(code)s, 100% %(code)s %(name)s' });

    expect(emulator.messages.at(-1)?.text).toBe(`${code}, 100% ${code} %(name)s`);
  });

  it('shows a mask of 11 characters as the sender', async () => {
    const emulator = await emulate();
    await challenge(emulator, { mask: 'ModGrpExmpl' });

    expect(emulator.messages.at(-1)?.from).toBe('ModGrpExmpl');
  });

  it('takes a mask of 12 characters, but the carrier delivers nothing', async () => {
    const emulator = await emulate();
    const reply = await post(emulator, '/challenges', {
      destination: mobile,
      mask: 'ModGrpExmple',
    });

    expect(reply.status).toBe(201);
    expect(emulator.messages).toEqual([]);
  });

  it.each([
    ['30', '2026-01-02T12:00:30.000Z'],
    ['3600', '2026-01-02T13:00:00.000Z'],
  ])('expires after the %s seconds that were asked for', async (expiresIn, expires) => {
    const emulator = await emulate({ now: () => noon });

    expect(await challenge(emulator, { expiresIn })).toMatchObject({ expires });
  });

  it('ignores attributes that it does not know', async () => {
    const emulator = await emulate();
    const reply = await post(emulator, '/challenges', { destination: mobile, colour: 'blue' });

    expect(reply.status).toBe(201);
  });

  it.each([
    ['no destination', {}, 'missing_attrib'],
    ['no destination, and another fault', { expiresIn: 600 }, 'missing_attrib'],
    ['a destination that is a number', { destination: 64211234567 }, 'invalid_attrib'],
    ['a destination that is null', { destination: null }, 'invalid_attrib'],
    ['a destination without +', { destination: '64211234567' }, 'invalid_attrib'],
    ['a national destination', { destination: '0211234567' }, 'invalid_attrib'],
    ['a destination with spaces', { destination: '+64 21 123 4567' }, 'invalid_attrib'],
    ['a destination and a line break', { destination: `${mobile}\n` }, 'invalid_attrib'],
    ['16 digits', { destination: '+6421123456789012' }, 'invalid_attrib'],
    ['a country code that begins with 0', { destination: '+0211234567' }, 'invalid_attrib'],
    ['content without the variable', { destination: mobile, content: 'Hello' }, 'invalid_attrib'],
    ['empty content', { destination: mobile, content: '' }, 'invalid_attrib'],
    ['a mask that is a number', { destination: mobile, mask: 42 }, 'invalid_attrib'],
    ['expiresIn as a number', { destination: mobile, expiresIn: 600 }, 'invalid_attrib'],
    ['expiresIn of 29 seconds', { destination: mobile, expiresIn: '29' }, 'invalid_attrib'],
    ['expiresIn of 3601 seconds', { destination: mobile, expiresIn: '3601' }, 'invalid_attrib'],
    ['expiresIn with a fraction', { destination: mobile, expiresIn: '60.5' }, 'invalid_attrib'],
    ['expiresIn in words', { destination: mobile, expiresIn: 'an hour' }, 'invalid_attrib'],
  ])('refuses %s with 400 and sends nothing', async (_what, body, error) => {
    const emulator = await emulate();
    const reply = await post(emulator, '/challenges', body);

    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({ error });
    expect(emulator.messages).toEqual([]);
  });
});

describe('a body', () => {
  it.each(['', '{', 'null', '[]', '"+64211234567"', '42'])(
    'that is no JSON object is refused: %s',
    async (body) => {
      const emulator = await emulate();
      const reply = await post(emulator, '/challenges', body);

      expect(reply.status).toBe(400);
      expect(reply.body).toEqual({ error: 'invalid_json' });
    },
  );

  it('of __proto__ lends no attributes', async () => {
    const emulator = await emulate();
    const reply = await post(emulator, '/challenges', `{"__proto__":{"destination":"${mobile}"}}`);

    expect(reply.body).toEqual({ error: 'missing_attrib' });
    expect({}).not.toHaveProperty('destination');
  });
});

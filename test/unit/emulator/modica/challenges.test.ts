import { describe, expect, it } from 'vitest';
import { Challenges } from '../../../../lib/emulator/modica/challenges.js';
import { challenge, emulate, mobile, post, wrong } from './client.js';

const noon = Date.UTC(2026, 0, 2, 12);

describe("The Modica emulator's POST /challenges", () => {
  it('replies 201 with an id, and with created and expires 300 seconds apart', async () => {
    const emulator = await emulate({ now: () => noon });
    const reply = await post(emulator, '/challenges', { destination: mobile });

    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      created: '2026-01-02T12:00:00.000Z',
      expires: '2026-01-02T12:05:00.000Z',
      id: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
    });
  });

  it('gives each challenge its own id', async () => {
    const emulator = await emulate();
    const ids = [await challenge(emulator), await challenge(emulator)].map(({ id }) => id);

    expect(new Set(ids).size).toBe(2);
  });

  it('sends an SMS with a code of six digits', async () => {
    const emulator = await emulate({ now: () => noon });
    const { code } = await challenge(emulator);

    expect(code).toMatch(/^\d{6}$/);
    expect(emulator.messages).toEqual([
      {
        channel: 'sms',
        to: mobile,
        text: `Your 2FA code is: ${code}`,
        code,
        sentAt: new Date(noon),
      },
    ]);
  });

  it('keeps leading zeros of a code', async () => {
    const emulator = await emulate({ codeLength: 2 });
    while (!emulator.messages.at(-1)?.code.startsWith('0')) await challenge(emulator);

    expect(emulator.messages.at(-1)?.text).toMatch(/^Your 2FA code is: 0\d$/);
  });

  it('creates codes with the configured number of digits', async () => {
    const emulator = await emulate({ codeLength: 32 });
    const { code } = await challenge(emulator);

    expect(code).toMatch(/^\d{32}$/);
  });

  it('replaces each variable in the content with the code, and keeps every other %', async () => {
    const emulator = await emulate();
    const { code } = await challenge(emulator, { content: '%(code)s, 100% %(code)s %(name)s' });

    expect(emulator.messages.at(-1)?.text).toBe(`${code}, 100% ${code} %(name)s`);
  });

  it('sends with a mask of 11 characters as the sender', async () => {
    const emulator = await emulate();
    await challenge(emulator, { mask: 'ModGrpExmpl' });

    expect(emulator.messages.at(-1)?.from).toBe('ModGrpExmpl');
  });

  it('replies 201 to a mask of 12 characters, but sends no SMS', async () => {
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
  ])(
    'creates a challenge that expires after the requested %s seconds',
    async (expiresIn, expires) => {
      const emulator = await emulate({ now: () => noon });

      expect(await challenge(emulator, { expiresIn })).toMatchObject({ expires });
    },
  );

  it('ignores unknown attributes', async () => {
    const emulator = await emulate();
    const reply = await post(emulator, '/challenges', { destination: mobile, colour: 'blue' });

    expect(reply.status).toBe(201);
  });

  it.each([
    ['no destination', {}, 'missing_attrib'],
    ['no destination and another invalid attribute', { expiresIn: 600 }, 'missing_attrib'],
    ['a destination that is a number', { destination: 64211234567 }, 'invalid_attrib'],
    ['a destination that is null', { destination: null }, 'invalid_attrib'],
    ['a destination without +', { destination: '64211234567' }, 'invalid_attrib'],
    ['a national destination', { destination: '0211234567' }, 'invalid_attrib'],
    ['a destination with spaces', { destination: '+64 21 123 4567' }, 'invalid_attrib'],
    ['a destination and a line break', { destination: `${mobile}\n` }, 'invalid_attrib'],
    ['a destination of 16 digits', { destination: '+6421123456789012' }, 'invalid_attrib'],
    [
      'a destination whose country code begins with 0',
      { destination: '+0211234567' },
      'invalid_attrib',
    ],
    ['content without the variable', { destination: mobile, content: 'Hello' }, 'invalid_attrib'],
    ['empty content', { destination: mobile, content: '' }, 'invalid_attrib'],
    ['a mask that is a number', { destination: mobile, mask: 42 }, 'invalid_attrib'],
    ['an expiresIn that is a number', { destination: mobile, expiresIn: 600 }, 'invalid_attrib'],
    ['an expiresIn of 29 seconds', { destination: mobile, expiresIn: '29' }, 'invalid_attrib'],
    ['an expiresIn of 3601 seconds', { destination: mobile, expiresIn: '3601' }, 'invalid_attrib'],
    ['an expiresIn with a fraction', { destination: mobile, expiresIn: '60.5' }, 'invalid_attrib'],
    ['an expiresIn in words', { destination: mobile, expiresIn: 'an hour' }, 'invalid_attrib'],
  ])('refuses %s with 400 and sends no SMS', async (_what, body, error) => {
    const emulator = await emulate();
    const reply = await post(emulator, '/challenges', body);

    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({ error });
    expect(emulator.messages).toEqual([]);
  });
});

describe('A request body sent to the Modica emulator', () => {
  it.each(['', '{', 'null', '[]', '"+64211234567"', '42'])(
    'is refused when it is not a JSON object: %s',
    async (body) => {
      const emulator = await emulate();
      const reply = await post(emulator, '/challenges', body);

      expect(reply.status).toBe(400);
      expect(reply.body).toEqual({ error: 'invalid_json' });
    },
  );

  it('has no attributes through __proto__', async () => {
    const emulator = await emulate();
    const reply = await post(emulator, '/challenges', `{"__proto__":{"destination":"${mobile}"}}`);

    expect(reply.body).toEqual({ error: 'missing_attrib' });
    expect({}).not.toHaveProperty('destination');
  });
});

describe("The Modica emulator's POST /responses", () => {
  it("replies 201 with the status 'valid' to the correct code", async () => {
    const emulator = await emulate();
    const { id, code } = await challenge(emulator);
    const reply = await post(emulator, '/responses', { challenge_id: id, code });

    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({ status: 'valid' });
  });

  it('accepts the correct code again, because the document does not promise single use', async () => {
    const emulator = await emulate();
    const { id, code } = await challenge(emulator);
    await post(emulator, '/responses', { challenge_id: id, code });
    const again = await post(emulator, '/responses', { challenge_id: id, code });

    expect(again.body).toEqual({ status: 'valid' });
  });

  it('accepts the correct code after many wrong ones, because the document has no attempt limit', async () => {
    const emulator = await emulate();
    const { id, code } = await challenge(emulator);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await post(emulator, '/responses', { challenge_id: id, code: wrong(code) });
    }
    const right = await post(emulator, '/responses', { challenge_id: id, code });

    expect(right.body).toEqual({ status: 'valid' });
  });

  it('refuses the code of another challenge', async () => {
    const emulator = await emulate({ codeLength: 12 });
    const first = await challenge(emulator);
    const second = await challenge(emulator);
    const crossed = { challenge_id: first.id, code: second.code };

    expect((await post(emulator, '/responses', crossed)).body).toEqual({ error: 'invalid_code' });
  });

  it('accepts a code until one millisecond before it expires', async () => {
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
] as const)(
  "A wrong code, with the Modica emulator's wrongCode '%s',",
  (wrongCode, status, invalid, expired) => {
    it(`is a ${status}`, async () => {
      const emulator = await emulate({ wrongCode });
      const { id, code } = await challenge(emulator);
      const reply = await post(emulator, '/responses', { challenge_id: id, code: wrong(code) });

      expect(reply.status).toBe(status);
      expect(reply.body).toEqual(invalid);
    });

    it(`is a ${status} from the moment the challenge expires`, async () => {
      let now = 0;
      const emulator = await emulate({ wrongCode, now: () => now });
      const { id, code, expires } = await challenge(emulator);
      now = Date.parse(expires);
      const reply = await post(emulator, '/responses', { challenge_id: id, code });

      expect(reply.status).toBe(status);
      expect(reply.body).toEqual(expired);
    });
  },
);

it('The Modica emulator drops the oldest challenge once 10,000 others were created', () => {
  const challenges = new Challenges();
  const first = challenges.create(6, 0, 300);
  const second = challenges.create(6, 0, 300);
  for (let others = 0; others < 9_999; others += 1) challenges.create(6, 0, 300);

  expect(challenges.check(first.id, first.code, 0)).toBe('unknownChallenge');
  expect(challenges.check(second.id, second.code, 0)).toBe('valid');
});

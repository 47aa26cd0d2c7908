import { describe, expect, it } from 'vitest';
import type { InfobipEmulator } from '../../../../lib/emulator/index.js';
import { ProviderReplyError, StoreError } from '../../../../lib/errors.js';
import type { InfobipProvider } from '../../../../lib/providers/infobip/provider.js';
import { minute, second, stopClock } from '../../../fixtures/clock.js';
import { listenToEvents } from '../../../fixtures/events.js';
import {
  apiKey,
  applicationId,
  infobipAnswering,
  infobipProvider,
  messageId,
  refusal,
  startInfobip,
  swissMobile,
} from '../../../fixtures/infobip.js';
import { thrownBy } from '../../../fixtures/thrown.js';

const bodies = (emulator: InfobipEmulator) =>
  emulator.requests.map(({ body }): unknown => JSON.parse(body || '{}'));

const newest = (emulator: InfobipEmulator) => emulator.messages.at(-1)?.code ?? '';

async function sent(provider: InfobipProvider): Promise<string> {
  const delivery = await provider.send(swissMobile);
  if (delivery.kind !== 'sent') throw new Error(delivery.kind);
  return delivery.reference;
}

describe('InfobipProvider.send', () => {
  it("posts the template and the number without its '+', with the API key", async () => {
    const emulator = await startInfobip();
    await infobipProvider(emulator).send(swissMobile);
    expect(emulator.requests).toHaveLength(1);
    expect(emulator.requests[0]).toMatchObject({
      method: 'POST',
      path: '/2fa/2/pin',
      query: '',
      headers: { authorization: 'App canary-key', 'content-type': 'application/json' },
    });
    expect(bodies(emulator)).toEqual([{ applicationId, messageId, to: swissMobile.slice(1) }]);
    expect(emulator.messages).toHaveLength(1);
  });

  it('posts the sender, the placeholders and the lookup that the app set', async () => {
    const emulator = await startInfobip();
    const placeholders = { bank: 'ACME' };
    await infobipProvider(emulator, { from: 'Bank', placeholders, numberLookup: false }).send(
      swissMobile,
    );
    expect(bodies(emulator)).toEqual([
      { applicationId, messageId, from: 'Bank', placeholders, to: swissMobile.slice(1) },
    ]);
    expect(emulator.requests[0]?.query).toContain('ncNeeded=false');
  });

  it('returns a reference, and the lifetime that the app set', async () => {
    const emulator = await startInfobip();
    expect(await infobipProvider(emulator).send(swissMobile)).toEqual({
      kind: 'sent',
      reference: expect.stringMatching(/^[\w-]+\.\d+\.[\w-]{43}$/),
      uniqueId: expect.stringMatching(/^[\w-]+$/),
      codeLifetime: 900,
    });
    expect(await infobipProvider(emulator, { codeLifetime: 300 }).send(swissMobile)).toMatchObject({
      codeLifetime: 300,
    });
  });

  it('refuses the number if Infobip did not send in spite of a 200', async () => {
    const emulator = await startInfobip({ refuse: () => true });
    expect(await infobipProvider(emulator).send(swissMobile)).toEqual({ kind: 'number_refused' });
    expect(emulator.messages).toEqual([]);
  });

  it('refuses the number if it is the only invalid field', async () => {
    const body = refusal('BAD_REQUEST', { to: ['must be a number'] });
    const emulator = await infobipAnswering({ status: 400, body });
    expect(await infobipProvider(emulator).send(swissMobile)).toEqual({ kind: 'number_refused' });
  });

  it.each([
    ['a 429', 429, ''],
    ['a 400 with TOO_MANY_REQUESTS', 400, refusal('TOO_MANY_REQUESTS')],
  ])('is throttled by %s, and returns the wait', async (_what, status, body) => {
    const headers = { 'Retry-After': '9' };
    const emulator = await infobipAnswering({ status, body, headers });
    expect(await infobipProvider(emulator).send(swissMobile)).toEqual({
      kind: 'throttled',
      retryAfter: 9,
    });
  });

  it("is throttled by the application's limit", async () => {
    const emulator = await startInfobip({ configuration: { sendPinPerPhoneNumberLimit: '1/1d' } });
    const provider = infobipProvider(emulator);
    await sent(provider);
    expect(await provider.send(swissMobile)).toMatchObject({ kind: 'throttled' });
  });
});

describe('InfobipProvider.check', () => {
  it('accepts the PIN of the message, and returns the remaining attempts', async () => {
    const emulator = await startInfobip();
    const provider = infobipProvider(emulator);
    const reference = await sent(provider);
    expect(await provider.check(reference, 'AAAA')).toEqual({
      verdict: 'rejected',
      attemptsRemaining: 9,
    });
    expect(await provider.check(reference, newest(emulator))).toMatchObject({
      verdict: 'accepted',
      attemptsRemaining: expect.any(Number),
    });
  });

  it('rejects the PIN of another message', async () => {
    const emulator = await startInfobip();
    const provider = infobipProvider(emulator);
    const reference = await sent(provider);
    await sent(provider);
    expect(await provider.check(reference, newest(emulator))).toMatchObject({
      verdict: 'rejected',
    });
  });

  it('reports exhausted attempts and an expired PIN', async () => {
    let now = 1_900_000_000_000;
    const emulator = await startInfobip({
      configuration: { pinAttempts: 1, pinTimeToLive: '1m' },
      now: () => now,
    });
    const provider = infobipProvider(emulator);
    const [spent, expired] = [await sent(provider), await sent(provider)];
    await provider.check(spent, 'AAAA');
    expect(await provider.check(spent, 'AAAA')).toMatchObject({ verdict: 'exhausted' });
    now += minute + second;
    expect(await provider.check(expired, newest(emulator))).toMatchObject({ verdict: 'expired' });
  });

  it('treats a PIN that Infobip does not know as expired', async () => {
    const emulator = await startInfobip();
    const provider = infobipProvider(emulator);
    expect(await provider.check('AAAA.1900000000000', '123456')).toEqual({ verdict: 'expired' });
  });

  it.each(['', 'AAAA', 'AAAA.', '.1', 'AAAA.x', '../x.1', 'a/b.1', 'AAAA.1\n', 'A.1.2'])(
    'A10: refuses a reference of another provider without a request: %o',
    async (reference) => {
      const emulator = await startInfobip();
      const provider = infobipProvider(emulator);
      const error = await thrownBy(StoreError, () => provider.check(reference, '123456'));
      expect(error.code).toBe('store_record_unreadable');
      await thrownBy(StoreError, () => provider.resend(reference, swissMobile));
      expect(emulator.requests).toEqual([]);
    },
  );
});

describe('InfobipProvider.resend', () => {
  it('sends the same PIN, and returns the rest of its lifetime', async () => {
    const clock = stopClock();
    const emulator = await startInfobip();
    const provider = infobipProvider(emulator);
    const reference = await sent(provider);
    const code = newest(emulator);
    clock.advance(5 * minute);
    expect(await provider.resend(reference, swissMobile)).toEqual({
      kind: 'sent',
      reference,
      uniqueId: reference.split('.')[0],
      codeLifetime: 600,
    });
    expect(emulator.messages).toHaveLength(2);
    expect(newest(emulator)).toBe(code);
    expect(emulator.requests[1]?.path).toMatch(/^\/2fa\/2\/pin\/[\w-]+\/resend$/);
  });

  it('posts the placeholders again', async () => {
    const emulator = await startInfobip();
    const placeholders = { bank: 'ACME' };
    const provider = infobipProvider(emulator, { placeholders });
    await provider.resend(await sent(provider), swissMobile);
    expect(bodies(emulator)[1]).toEqual({ placeholders });
  });

  it.each([
    ['has a minute left', 14 * minute, 1],
    ['has less than a minute left', 14 * minute + 1, 2],
    ['has expired', 20 * minute, 2],
    ['was sent in the future', -1, 2],
  ])(
    'sends a new PIN only if there is no time to enter the old one: it %s',
    async (_, age, pins) => {
      const clock = stopClock();
      const emulator = await startInfobip();
      const provider = infobipProvider(emulator);
      const reference = await sent(provider);
      clock.advance(age);
      const delivery = await provider.resend(reference, swissMobile);
      expect(delivery).toMatchObject({ kind: 'sent', codeLifetime: pins === 1 ? 60 : 900 });
      expect(delivery).toHaveProperty('reference', pins === 1 ? reference : expect.any(String));
      expect(new Set(emulator.messages.map(({ code }) => code)).size).toBe(pins);
    },
  );

  it('returns that Infobip throttled or did not send', async () => {
    const emulator = await startInfobip();
    const provider = infobipProvider(emulator);
    const reference = await sent(provider);
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 429 });
    expect(await provider.resend(reference, swissMobile)).toMatchObject({ kind: 'throttled' });
    const body = '{"pinId":"AAAA","smsStatus":"MESSAGE_NOT_SENT"}';
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 200, body });
    expect(await provider.resend(reference, swissMobile)).toEqual({ kind: 'number_refused' });
  });

  it.each([
    ['NC_DESTINATION_NOT_REACHABLE', { kind: 'number_refused' }],
    ['NC_DESTINATION_UNKNOWN', { kind: 'number_refused' }],
    ['NC_NOT_CONFIGURED', { kind: 'not_sent', word: 'NC_NOT_CONFIGURED' }],
    [`NC ${swissMobile}`, { kind: 'not_sent', word: 'NC …' }],
    [`NC ${apiKey} of A18`, { kind: 'not_sent', word: 'NC … of A18' }],
  ])('F16: refuses the number only if the lookup blames it: %s', async (ncStatus, delivery) => {
    const heard = listenToEvents();
    const body = JSON.stringify({ smsStatus: 'MESSAGE_NOT_SENT', ncStatus });
    const emulator = await infobipAnswering({ status: 200, body });
    expect(await infobipProvider(emulator).send(swissMobile)).toEqual(delivery);
    expect(heard).toHaveLength(delivery.kind === 'not_sent' ? 1 : 0);
  });

  it('fails with a ProviderReplyError if Infobip does not know the PIN or sends another', async () => {
    const emulator = await startInfobip();
    const provider = infobipProvider(emulator);
    const forgotten = await thrownBy(ProviderReplyError, () =>
      provider.resend(`AAAA.${Date.now()}`, swissMobile),
    );
    expect(forgotten.message).toContain('nothing was sent');
    const reference = await sent(provider);
    const body = '{"pinId":"AAAA","smsStatus":"MESSAGE_SENT"}';
    emulator.overrideNextReply({ reply: 'replaced', processed: true, body });
    const other = await thrownBy(ProviderReplyError, () => provider.resend(reference, swissMobile));
    expect(other.message).toContain('another PIN');
  });
});

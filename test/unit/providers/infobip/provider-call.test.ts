import { describe, expect, it } from 'vitest';
import { ProviderReplyError, StoreError } from '../../../../lib/errors.js';
import type { InfobipProvider } from '../../../../lib/providers/infobip/provider.js';
import { minute, stopClock } from '../../../fixtures/clock.js';
import {
  applicationId,
  type InfobipReply,
  infobipAnswering,
  infobipProvider,
  messageId,
  refusal,
  startInfobip,
  swissMobile,
} from '../../../fixtures/infobip.js';
import { thrownBy } from '../../../fixtures/thrown.js';

async function sent(provider: InfobipProvider): Promise<string> {
  const delivery = await provider.send(swissMobile);
  if (delivery.kind !== 'sent') throw new Error(delivery.kind);
  return delivery.reference;
}

describe('InfobipProvider.call', () => {
  it('repeats the PIN of a reference, with the lifetime that it has left', async () => {
    const clock = stopClock();
    const emulator = await startInfobip();
    const provider = infobipProvider(emulator);
    const reference = await sent(provider);
    clock.advance(minute);
    const delivery = await provider.call(swissMobile, undefined, reference);
    expect(delivery).toMatchObject({ kind: 'sent', reference, codeLifetime: 900 - 60 });
    const [pinId] = reference.split('.');
    expect(emulator.requests[1]).toMatchObject({
      method: 'POST',
      path: `/2fa/2/pin/${pinId}/resend/voice`,
      query: '',
      body: '{}',
    });
    expect(emulator.messages[1]).toMatchObject({
      channel: 'call',
      code: emulator.messages[0]?.code,
    });
  });

  it.each([
    ['is about to expire', true],
    ['was never sent', false],
  ])('speaks a new PIN where the old one %s', async (_what, hadOne) => {
    const clock = stopClock();
    const emulator = await startInfobip();
    const placeholders = { bank: 'ACME' };
    const provider = infobipProvider(emulator, { from: '41790000000', placeholders });
    const reference = hadOne ? await sent(provider) : undefined;
    clock.advance(14 * minute + 1);
    const delivery = await provider.call(swissMobile, undefined, reference);
    expect(delivery).toMatchObject({ kind: 'sent', codeLifetime: 900 });
    const { path, query, body } = emulator.requests.at(-1) ?? {};
    expect([path, query]).toEqual(['/2fa/2/pin/voice', '']);
    const to = swissMobile.slice(1);
    const asked = { applicationId, messageId, from: '41790000000', placeholders, to };
    expect(JSON.parse(body ?? '')).toEqual(asked);
    const next = delivery.kind === 'sent' ? delivery.reference : '';
    const code = emulator.messages.at(-1)?.code ?? '';
    expect(await provider.check(next, code)).toMatchObject({ verdict: 'accepted' });
  });

  it('looks up no number, which the API offers for an SMS only', async () => {
    const emulator = await startInfobip();
    await infobipProvider(emulator, { numberLookup: true }).call(swissMobile);
    expect(emulator.requests[0]?.query).toBe('');
  });

  it('is refused for a number that Infobip calls invalid, and throttled with its limits', async () => {
    const body = refusal('BAD_REQUEST', { to: ['is no number'] });
    const wrong = infobipProvider(await infobipAnswering({ status: 400, body }));
    expect(await wrong.call(swissMobile)).toEqual({ kind: 'number_refused' });
    const headers = { 'Retry-After': '9' };
    const busy = infobipProvider(await infobipAnswering({ status: 429, headers, body: '' }));
    expect(await busy.call(swissMobile)).toEqual({ kind: 'throttled', retryAfter: 9 });
  });

  it('is not made for a reference that another provider wrote', async () => {
    const emulator = await startInfobip();
    await thrownBy(StoreError, () =>
      infobipProvider(emulator).call(swissMobile, undefined, 'of another'),
    );
    expect(emulator.requests).toEqual([]);
  });
});

const pinId = 'ABC0123456789';
const placed = { pinId, to: '41793026727', callStatus: 'PENDING_ACCEPTED' };
const placedAs = (change: object) => JSON.stringify({ ...placed, ...change });

describe('A call whose answer is not the documented one', () => {
  it.each<[string, InfobipReply]>([
    ['no status', { status: 200, body: placedAs({ callStatus: undefined }) }],
    ['another status', { status: 200, body: placedAs({ callStatus: 'PENDING_WAITING' }) }],
    ['a status in lower case', { status: 200, body: placedAs({ callStatus: 'pending_accepted' }) }],
    ['a list of statuses', { status: 200, body: placedAs({ callStatus: ['PENDING_ACCEPTED'] }) }],
    [
      'the status of an SMS',
      { status: 200, body: placedAs({ callStatus: undefined, smsStatus: 'MESSAGE_SENT' }) },
    ],
    ['no id', { status: 200, body: placedAs({ pinId: undefined }) }],
    ['an id that is a path', { status: 200, body: placedAs({ pinId: '../applications' }) }],
    ['another number', { status: 200, body: placedAs({ to: '41793026799' }) }],
    ['a 201', { status: 201, body: placedAs({}) }],
    ['HTML', { status: 200, body: '<p>calling</p>' }],
  ])('has an unknown outcome: %s', async (_what, reply) => {
    const emulator = await infobipAnswering(reply);
    await thrownBy(ProviderReplyError, () => infobipProvider(emulator).call(swissMobile));
  });

  it('has an unknown outcome when it repeats another PIN than that of the reference', async () => {
    const emulator = await startInfobip();
    const provider = infobipProvider(emulator);
    const reference = await sent(provider);
    emulator.overrideNextReply({ reply: 'replaced', processed: true, body: placedAs({}) });
    await thrownBy(ProviderReplyError, () => provider.call(swissMobile, undefined, reference));
  });

  it('is taken for no call when it answers a request for an SMS', async () => {
    const emulator = await infobipAnswering({ status: 200, body: placedAs({}) });
    await thrownBy(ProviderReplyError, () => infobipProvider(emulator).send(swissMobile));
  });
});

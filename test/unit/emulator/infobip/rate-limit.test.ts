import { describe, expect, it } from 'vitest';
import { wrong } from '../modica/client.js';
import { emulate, msisdn, phone, post, refusal, send, sentPin, verify } from './client.js';

const tooMany = refusal('TOO_MANY_REQUESTS', 'Too many requests');

describe('The limits of the Infobip emulator', () => {
  it('allow three PINs a day to a phone number, and then reply 429', async () => {
    let now = 0;
    const emulator = await emulate({ now: () => now });
    for (const to of [msisdn, phone, msisdn]) expect((await send(emulator, to)).status).toBe(200);
    now = 86_399_999;
    const fourth = await send(emulator);

    expect(fourth).toMatchObject({ status: 429, body: tooMany });
    expect(emulator.messages).toHaveLength(3);
    expect((await send(emulator, '41793026728')).status).toBe(200);
    now = 86_400_000;
    expect((await send(emulator)).status).toBe(200);
  });

  it('count a resend as a PIN to the phone number', async () => {
    const emulator = await emulate();
    const { id } = await sentPin(emulator);
    const statuses = [];
    for (let time = 1; time <= 3; time += 1) {
      statuses.push((await post(emulator, `/pin/${id}/resend`)).status);
    }

    expect(statuses).toEqual([200, 200, 429]);
  });

  it('apply to all PINs of an application together', async () => {
    const configuration = { sendPinPerApplicationLimit: '1/500ms' };
    let now = 0;
    const emulator = await emulate({ configuration, now: () => now });
    expect((await send(emulator)).status).toBe(200);
    expect((await send(emulator, '41793026728')).status).toBe(429);
    now = 500;
    expect((await send(emulator, '41793026728')).status).toBe(200);
  });

  it('count each application separately', async () => {
    const limits = { sendPinPerApplicationLimit: '1/1d', verifyPinLimit: '1/1d' };
    const emulator = await emulate({ configuration: limits });
    const { id, code } = await sentPin(emulator);
    await verify(emulator, id, code);
    const name = 'Other';
    const other = Object((await post(emulator, '/applications', { name })).body).applicationId;
    const text = { messageText: '{{pin}}', pinType: 'NUMERIC' };
    const made = Object((await post(emulator, `/applications/${other}/messages`, text)).body);
    const body = { applicationId: other, messageId: made.messageId, to: msisdn };
    const sends = async () => (await post(emulator, '/pin', body)).status;

    expect([await sends(), await sends(), await sends(), await sends()]).toEqual([
      200, 200, 200, 429,
    ]);
    const message = emulator.messages.at(-1);
    expect((await verify(emulator, String(message?.id), String(message?.code))).status).toBe(200);
    expect((await send(emulator)).status).toBe(429);
  });

  it('allow one verification in three seconds per phone number, without counting an earlier one as an attempt', async () => {
    let now = 0;
    const emulator = await emulate({ now: () => now });
    const { id, code } = await sentPin(emulator);
    const other = await sentPin(emulator);
    await verify(emulator, id, wrong(code));
    now = 2999;
    const soon = await verify(emulator, id, wrong(code));

    expect(soon).toMatchObject({
      status: 429,
      body: tooMany,
    });
    expect((await verify(emulator, other.id, other.code)).status).toBe(429);
    now = 3000;
    expect((await verify(emulator, id, wrong(code))).body).toMatchObject({ attemptsRemaining: 8 });
  });

  it('count the verifications of each phone number separately', async () => {
    const emulator = await emulate();
    const { id, code } = await sentPin(emulator);
    await send(emulator, '41793026728');
    const other = emulator.messages.at(-1);
    await verify(emulator, id, code);

    expect((await verify(emulator, String(other?.id), String(other?.code))).body).toMatchObject({
      msisdn: '41793026728',
      verified: true,
    });
  });
});

describe('A duration of the Infobip emulator', () => {
  it.each([
    ['500ms', 500],
    ['2s', 2000],
    ['m', 60_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
  ])('can be %s', async (pinTimeToLive, length) => {
    let now = 0;
    const emulator = await emulate({
      configuration: { verifyPinLimit: '1000/1ms', pinTimeToLive },
      now: () => now,
    });
    const { id, code } = await sentPin(emulator);
    now = length - 1;
    expect((await verify(emulator, id, code)).body).toMatchObject({ verified: true });
    now = length;
    expect((await verify(emulator, id, code)).body).toMatchObject({ pinError: 'TTL_EXPIRED' });
  });
});

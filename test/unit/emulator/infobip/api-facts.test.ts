import { describe, expect, it } from 'vitest';
import { emulate, post } from './client.js';

const noon = Date.UTC(2026, 0, 2, 12);

// The bodies are copied verbatim from Infobip's guide 'Using 2FA API'.
const application = `{
"name":"User registration",
"configuration": {
"pinAttempts": 5,
"allowMultiplePinVerifications": true,
"pinTimeToLive": "5m",
"verifyPinLimit": "1/3s",
"sendPinPerApplicationLimit": "10000/1d",
"sendPinPerPhoneNumberLimit": "5/1d"
},
"enabled": true
}`;

const template = `{
"pinType": "NUMERIC",
"messageText": "Your pin is {{pin}}",
"pinLength": 4,
"senderId": "Infobip 2FA"
}`;

const sending = `{
"applicationId": "HJ675435E3A6EA43432G5F37A635KJ8B",
"messageId": "0130269F44AFD07AEBC2FEFEB30398A0",
"from": "Infobip 2FA",
"to": "41793026727"
}`;

const verifying = `{
"pin": "1598"
}`;

const id = expect.stringMatching(/^[\dA-F]{32}$/);

describe("The steps of Infobip's guide, sent to its emulator,", () => {
  it('create an application', async () => {
    const reply = await post(await emulate({ preconfigured: false }), '/applications', application);

    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({ applicationId: id, ...JSON.parse(application) });
  });

  it('create a message template', async () => {
    const emulator = await emulate();
    const { applicationId } = emulator.account;
    const reply = await post(emulator, `/applications/${applicationId}/messages`, template);

    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      messageId: id,
      applicationId,
      pinPlaceholder: '{{pin}}',
      ...JSON.parse(template),
    });
  });

  it('send a PIN with the ids of the guide, which are preconfigured', async () => {
    const emulator = await emulate({ now: () => noon });
    const reply = await post(emulator, '/pin', sending);
    const code = String(emulator.messages.at(0)?.code);

    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      pinId: id,
      to: '41793026727',
      ncStatus: 'NC_DESTINATION_REACHABLE',
      smsStatus: 'MESSAGE_SENT',
    });
    expect(code).toMatch(/^\d{6}$/);
    expect(emulator.messages).toEqual([
      {
        channel: 'sms',
        to: '+41793026727',
        text: `Your pin is ${code}`,
        code,
        sentAt: new Date(noon),
        from: 'Infobip 2FA',
        id: Object(reply.body).pinId,
      },
    ]);
  });

  it('send it again in a call, with the answer of the API reference', async () => {
    const emulator = await emulate();
    const { body } = await post(emulator, '/pin', sending);
    const { pinId } = Object(body);
    const reply = await post(emulator, `/pin/${pinId}/resend/voice`);

    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ pinId, to: '41793026727', callStatus: 'PENDING_ACCEPTED' });
    expect(emulator.messages.map(({ channel }) => channel)).toEqual(['sms', 'call']);
  });

  it('verify the PIN', async () => {
    const emulator = await emulate();
    await post(emulator, '/pin', sending);
    const pinId = String(emulator.messages.at(0)?.id);
    const reply = await post(emulator, `/pin/${pinId}/verify`, verifying);

    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      pinId,
      msisdn: '41793026727',
      verified: false,
      attemptsRemaining: 9,
      pinError: 'WRONG_PIN',
    });
  });
});

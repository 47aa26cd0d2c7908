import { describe, expect, it } from 'vitest';
import { ProviderReplyError, TwoFactorError } from '../../../../lib/errors.js';
import {
  type InfobipReply,
  infobipAnswering,
  infobipProvider,
  startInfobip,
  swissMobile,
} from '../../../fixtures/infobip.js';
import { thrownBy } from '../../../fixtures/thrown.js';

/** The verdict on the correct PIN, or the error, when the API answers this; `PIN` is replaced by its id. */
async function verdictOn({ body, ...reply }: InfobipReply): Promise<unknown> {
  const emulator = await startInfobip();
  const provider = infobipProvider(emulator);
  const delivery = await provider.send(swissMobile);
  const reference = delivery.kind === 'sent' ? delivery.reference : '';
  const pinId = reference.split('.')[0] ?? '';
  const replaced = typeof body === 'string' ? { body: body.replaceAll('PIN', pinId) } : { body };
  emulator.overrideNextReply({ reply: 'replaced', processed: true, ...reply, ...replaced });
  try {
    const code = emulator.messages[0]?.code ?? '';
    return (await provider.check(reference, code)).verdict;
  } catch (error) {
    return error;
  }
}

const yes = '{"pinId":"PIN","msisdn":"41793026727","verified":true,"attemptsRemaining":0}';

describe('A9: the correct PIN', () => {
  it('is accepted with the documented success', async () => {
    expect(await verdictOn({ status: 200, body: yes })).toBe('accepted');
  });

  it.each([
    ['without attempts', '{"pinId":"PIN","verified":true}'],
    ['with null as its error', '{"pinId":"PIN","verified":true,"pinError":null}'],
    ['with an empty error', '{"pinId":"PIN","verified":true,"pinError":""}'],
    ['with the error NO_ERROR', '{"pinId":"PIN","verified":true,"pinError":"NO_ERROR"}'],
    ['with additional attributes', '{"x":[1],"pinId":"PIN","verified":true}'],
  ])('is accepted with a success %s', async (_what, body) => {
    expect(await verdictOn({ status: 200, body })).toBe('accepted');
  });

  it.each<[string, InfobipReply]>([
    ['an empty 200', { status: 200, body: '' }],
    ['a 204', { status: 204, body: '' }],
    ['a 201 with the right body', { status: 201, body: yes }],
    ['a 202 with the right body', { status: 202, body: yes }],
    ['a 302 with the right body', { status: 302, body: yes }],
    ['a 400 with the right body', { status: 400, body: yes }],
    ['a 401 with the right body', { status: 401, body: yes }],
    ['a 403 with the right body', { status: 403, body: yes }],
    ['a 404 with the right body', { status: 404, body: yes }],
    ['a 429 with the right body', { status: 429, body: yes }],
    ['a 500 with the right body', { status: 500, body: yes }],
    ['HTML', { status: 200, body: '<html>verified</html>' }],
    ['"true"', { status: 200, body: '"true"' }],
    ['true', { status: 200, body: 'true' }],
    ['null', { status: 200, body: 'null' }],
    ['a list', { status: 200, body: `[${yes}]` }],
    ['an empty object', { status: 200, body: '{}' }],
    ['truncated JSON', { status: 200, body: yes.slice(0, -1) }],
    ['two answers', { status: 200, body: yes + yes }],
    ['no id', { status: 200, body: '{"verified":true}' }],
    ['the id of another PIN', { status: 200, body: '{"pinId":"AAAA","verified":true}' }],
    ['an id in another case', { status: 200, body: '{"pinId":"PINx","verified":true}' }],
    ['an id that is a list', { status: 200, body: '{"pinId":["PIN"],"verified":true}' }],
    ['the word as a string', { status: 200, body: '{"pinId":"PIN","verified":"true"}' }],
    ['the word as a number', { status: 200, body: '{"pinId":"PIN","verified":1}' }],
    ['the word in a list', { status: 200, body: '{"pinId":"PIN","verified":[true]}' }],
    ['no word', { status: 200, body: '{"pinId":"PIN"}' }],
    ['the word elsewhere', { status: 200, body: '{"pinId":"PIN","data":{"verified":true}}' }],
    ['the word in capitals', { status: 200, body: '{"pinId":"PIN","Verified":true}' }],
    [
      'the word on the prototype',
      { status: 200, body: '{"pinId":"PIN","__proto__":{"verified":true}}' },
    ],
    ...['WRONG_PIN', 'TTL_EXPIRED', 'NO_MORE_PIN_ATTEMPTS', 'WHATEVER', 'no_error'].map(
      (pinError): [string, InfobipReply] => [
        `verified and ${pinError} at once`,
        { status: 200, body: JSON.stringify({ pinId: 'PIN', verified: true, pinError }) },
      ],
    ),
    ...['0', -1, 1.5, true].map((attemptsRemaining): [string, InfobipReply] => [
      `invalid attempts: ${JSON.stringify(attemptsRemaining)}`,
      { status: 200, body: JSON.stringify({ pinId: 'PIN', verified: true, attemptsRemaining }) },
    ]),
  ])('A9: fails on %s', async (_what, reply) => {
    expect(await verdictOn(reply)).toBeInstanceOf(TwoFactorError);
  });
});

const sent = '{"pinId":"AAAA","to":"41793026727","smsStatus":"MESSAGE_SENT"}';

describe('A9: a request to send a PIN', () => {
  const delivered = async (reply: InfobipReply) =>
    infobipProvider(await infobipAnswering(reply)).send(swissMobile);

  it('succeeds with the documented success, whatever the number lookup returns', async () => {
    for (const body of [sent, sent.replace('{', '{"ncStatus":"NC_DESTINATION_REACHABLE",')]) {
      expect(await delivered({ status: 200, body })).toMatchObject({ kind: 'sent' });
    }
  });

  it.each<[string, InfobipReply]>([
    ['an empty 200', { status: 200, body: '' }],
    ['a 201 with the right body', { status: 201, body: sent }],
    ['a 204', { status: 204, body: '' }],
    ['a redirect', { status: 303, body: sent }],
    ['HTML', { status: 200, body: '<html></html>' }],
    ['a 400 with the right body', { status: 400, body: sent }],
    ['a 405', { status: 405, body: '' }],
    ['no id', { status: 200, body: '{"smsStatus":"MESSAGE_SENT"}' }],
    ['an invalid id', { status: 200, body: sent.replace('AAAA', '../x') }],
    ['an id that is a number', { status: 200, body: '{"pinId":7,"smsStatus":"MESSAGE_SENT"}' }],
    ['no status', { status: 200, body: '{"pinId":"AAAA"}' }],
    ['an unknown status', { status: 200, body: sent.replace('_SENT', '_QUEUED') }],
    ['a status in lower case', { status: 200, body: sent.replace('MESSAGE_SENT', 'message_sent') }],
    [
      'a status in a list',
      { status: 200, body: sent.replace('"MESSAGE_SENT"', '["MESSAGE_SENT"]') },
    ],
  ])('A9: fails with a ProviderReplyError on %s', async (_what, reply) => {
    await thrownBy(ProviderReplyError, () => delivered(reply));
  });
});

import { describe, expect, it } from 'vitest';
import type { InfobipEmulator } from '../../../../lib/emulator/index.js';
import {
  ConfigurationError,
  ProviderCredentialsError,
  ProviderUnavailableError,
} from '../../../../lib/errors.js';
import type { InfobipOptions } from '../../../../lib/providers/infobip/options.js';
import {
  applicationId,
  infobipClient,
  infobipProvider,
  refusal,
  startInfobip,
  swissMobile,
} from '../../../fixtures/infobip.js';
import { thrownBy } from '../../../fixtures/thrown.js';

const around = '{{before}}{{pin}}{{after}}';
const contentPlaceholders = ['before', 'after'];

/** A provider with a template that has this text. */
async function templated(messageText: string, options: Partial<InfobipOptions> = {}) {
  const emulator = await startInfobip();
  const { messageId } = await infobipClient(emulator).createTemplate(applicationId, {
    messageText,
    pinType: 'NUMERIC',
  });
  return { emulator, provider: infobipProvider(emulator, { messageId, ...options }) };
}

const sendings = (emulator: InfobipEmulator) =>
  emulator.requests.filter(({ path }) => path.includes('/pin'));

describe('A message with content, by Infobip', () => {
  it('is the text of the SMS, character by character', async () => {
    const { emulator, provider } = await templated(around, { contentPlaceholders });
    await provider.send(swissMobile, 'Pay 100 to ACME: %(code)s. Not you? Call us.');
    const { code, text } = emulator.messages[0] ?? {};
    expect(text).toBe(`Pay 100 to ACME: ${code}. Not you? Call us.`);
  });

  it('has the English default if the app has no content and the template only placeholders', async () => {
    const { emulator, provider } = await templated(around, { contentPlaceholders });
    await provider.send(swissMobile);
    const { code, text } = emulator.messages[0] ?? {};
    expect(text).toBe(`Your code is ${code}. Don't share it with anyone.`);
  });

  it('may contain the code twice, as an origin-bound one does', async () => {
    const names = ['before', 'between', 'after'];
    const { emulator, provider } = await templated('{{before}}{{pin}}{{between}}{{pin}}{{after}}', {
      contentPlaceholders: names,
    });
    await provider.send(swissMobile, 'Code: %(code)s\n\n@example.com #%(code)s');
    const { code, text } = emulator.messages[0] ?? {};
    expect(text).toBe(`Code: ${code}\n\n@example.com #${code}`);
  });

  it('is resent with the same content and PIN', async () => {
    const { emulator, provider } = await templated(around, { contentPlaceholders });
    const delivery = await provider.send(swissMobile, 'Pay 100: %(code)s');
    const reference = delivery.kind === 'sent' ? delivery.reference : '';
    await provider.resend(reference, swissMobile, 'Pay 100: %(code)s');
    const [first, second] = emulator.messages.map(({ text }) => text);
    expect(second).toBe(first);
  });

  it('is spoken in full in a call, with the same PIN or a new one', async () => {
    const { emulator, provider } = await templated(around, { contentPlaceholders });
    const delivery = await provider.send(swissMobile, 'Pay 100: %(code)s.');
    const reference = delivery.kind === 'sent' ? delivery.reference : undefined;
    await provider.call(swissMobile, 'Pay 100: %(code)s.', reference);
    await provider.call(swissMobile, 'Pay 100: %(code)s.');
    const [sms, ...calls] = emulator.messages;
    expect(calls.map(({ channel }) => channel)).toEqual(['call', 'call']);
    expect(calls[0]).toMatchObject({ code: sms?.code, text: sms?.text });
    expect(calls[1]?.text).toBe(`Pay 100: ${calls[1]?.code}.`);
  });

  it('has the values of the option placeholders, too', async () => {
    const { emulator, provider } = await templated(around, {
      contentPlaceholders,
      placeholders: { bank: 'ACME', before: 'never' },
    });
    await provider.send(swissMobile, 'Pay 100: %(code)s');
    expect(JSON.parse(sendings(emulator)[0]?.body ?? '')).toMatchObject({
      placeholders: { bank: 'ACME', before: 'Pay 100: ', after: '' },
    });
  });

  it('A29: has no placeholder that a payee could inject', async () => {
    const { emulator, provider } = await templated(around, { contentPlaceholders });
    await provider.send(swissMobile, 'Pay {{pin}} and {{after}}: %(code)s');
    expect(emulator.messages[0]?.text).toMatch(/^Pay ｛｛pin｝｝ and ｛｛after｝｝: \d+$/);
  });
});

describe('A24: content that would not be shown unchanged', () => {
  it.each<[string, string, Partial<InfobipOptions>, string, string]>([
    ['no placeholders are configured', around, {}, 'x %(code)s', 'option "contentPlaceholders"'],
    [
      'it has more parts than there are names',
      around,
      { contentPlaceholders },
      '%(code)s %(code)s',
      '3 parts around the code, but the option "contentPlaceholders" has 2 names',
    ],
    [
      'it has fewer parts than there are names',
      around,
      { contentPlaceholders: ['a', 'b', 'c'] },
      '%(code)s',
      'has 2 parts',
    ],
    [
      'the template has none of the placeholders',
      'Your pin is {{pin}}',
      { contentPlaceholders },
      'x %(code)s',
      `is not '${around}'`,
    ],
    [
      'the template lacks one',
      '{{before}}{{pin}}',
      { contentPlaceholders },
      'x %(code)s',
      `is not '${around}'`,
    ],
    [
      'the template has them in another order',
      '{{after}}{{pin}}{{before}}',
      { contentPlaceholders },
      'x %(code)s',
      `is not '${around}'`,
    ],
    [
      'the template has more text',
      `Ignore this: ${around}`,
      { contentPlaceholders },
      'x %(code)s',
      `is not '${around}'`,
    ],
  ])('A24: is not sent if %s', async (_what, messageText, options, content, words) => {
    const { emulator, provider } = await templated(messageText, options);
    for (const send of [
      () => provider.send(swissMobile, content),
      () => provider.resend(`AAAA.${Date.now()}`, swissMobile, content),
      () => provider.call(swissMobile, content),
      () => provider.call(swissMobile, content, `AAAA.${Date.now()}`),
    ]) {
      const error = await thrownBy(ConfigurationError, send);
      expect(error.code).toBe('option_invalid');
      expect(error.message).toContain(words);
      expect(error.message).toContain('nothing was sent');
    }
    expect(sendings(emulator)).toEqual([]);
  });

  it('A24: is not sent after the template has changed', async () => {
    const { emulator, provider } = await templated(around, { contentPlaceholders });
    await provider.send(swissMobile, 'x %(code)s');
    const messageId: string = JSON.parse(sendings(emulator)[0]?.body ?? '').messageId;
    await infobipClient(emulator).updateTemplate(applicationId, messageId, {
      messageText: 'Your pin is {{pin}}',
    });
    await thrownBy(ConfigurationError, () => provider.send(swissMobile, 'x %(code)s'));
    expect(emulator.messages).toHaveLength(1);
  });
});

describe('The template of a message with content', () => {
  const path = '/2fa/2/applications/{appId}/messages/{msgId}' as const;

  it.each([
    ['500', 500, ''],
    ['429', 429, ''],
    ['HTML', 200, '<html></html>'],
    ['no text', 200, '{"messageId":"AAAA"}'],
  ])('makes the provider unavailable if it cannot be read: %s', async (_what, status, body) => {
    const { emulator, provider } = await templated(around, { contentPlaceholders });
    emulator.overrideNextReply({ path, reply: 'replaced', processed: true, status, body });
    const error = await thrownBy(ProviderUnavailableError, () =>
      provider.send(swissMobile, 'x %(code)s'),
    );
    expect(error.message).toContain('nothing was sent');
    expect(error.cause).toBeInstanceOf(Error);
    expect(sendings(emulator)).toEqual([]);
  });

  it("is the operator's error if the key lacks the permission or it does not exist", async () => {
    const { emulator, provider } = await templated(around, { contentPlaceholders });
    const send = () => provider.send(swissMobile, 'x %(code)s');
    emulator.overrideNextReply({
      path,
      reply: 'replaced',
      processed: true,
      status: 403,
      body: refusal('FORBIDDEN'),
    });
    await thrownBy(ProviderCredentialsError, send);
    const body = refusal('NOT_FOUND');
    emulator.overrideNextReply({ path, reply: 'replaced', processed: true, status: 404, body });
    await thrownBy(ConfigurationError, send);
    expect(sendings(emulator)).toEqual([]);
  });

  it('is not read for a message without content', async () => {
    const { emulator, provider } = await templated('Your pin is {{pin}}');
    const before = emulator.requests.length;
    expect(await provider.send(swissMobile)).toMatchObject({ kind: 'sent' });
    expect(emulator.requests).toHaveLength(before + 1);
  });
});

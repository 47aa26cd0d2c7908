import { describe, expect, it } from 'vitest';
import { ConfigurationError, ProviderThrottledError } from '../../../../lib/errors.js';
import type { InfobipClient } from '../../../../lib/providers/infobip/client.js';
import {
  applicationId,
  infobipAnswering,
  infobipClient,
  messageId,
  startInfobip,
  swissMobile,
} from '../../../fixtures/infobip.js';
import { thrownBy } from '../../../fixtures/thrown.js';

describe("InfobipClient's applications", () => {
  it('are created, returned, listed and updated', async () => {
    const emulator = await startInfobip({ preconfigured: false });
    const client = infobipClient(emulator);
    const configuration = {
      pinAttempts: 5,
      allowMultiplePinVerifications: false,
      pinTimeToLive: '5m',
      verifyPinLimit: '2/4s',
      sendPinPerApplicationLimit: '5000/12h',
      sendPinPerPhoneNumberLimit: '2/d',
    };
    const made = await client.createApplication({ name: 'Login', configuration, enabled: true });
    expect(made).toMatchObject({ name: 'Login', configuration, enabled: true });
    expect(await client.getApplication(made.applicationId)).toEqual(made);
    expect(await client.getApplications()).toEqual([made]);
    const changed = await client.updateApplication(made.applicationId, { name: 'Payments' });
    expect(changed).toMatchObject({ applicationId: made.applicationId, name: 'Payments' });
    expect(emulator.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /2fa/2/applications',
      `GET /2fa/2/applications/${made.applicationId}`,
      'GET /2fa/2/applications',
      `PUT /2fa/2/applications/${made.applicationId}`,
    ]);
  });

  it.each<[string, object, string]>([
    ['no name', { name: undefined }, '"name"'],
    ['an empty name', { name: '' }, 'must not be empty'],
    ['a string for enabled', { enabled: 'yes' }, 'must be true or false'],
    ['zero attempts', { configuration: { pinAttempts: 0 } }, 'at least 1'],
    ['a fraction of an attempt', { configuration: { pinAttempts: 1.5 } }, 'whole number'],
    ['attempts as a string', { configuration: { pinAttempts: '5' } }, 'a number of attempts'],
    ['a duration without its unit', { configuration: { pinTimeToLive: '15' } }, "like '15m'"],
    ['a duration as a number', { configuration: { pinTimeToLive: 15 } }, 'must be a string'],
    ['a limit without its time', { configuration: { verifyPinLimit: '1' } }, "like '5/1d'"],
    [
      'a limit as a number',
      { configuration: { sendPinPerApplicationLimit: 9 } },
      'must be a string',
    ],
    ['a limit in weeks', { configuration: { sendPinPerPhoneNumberLimit: '1/1w' } }, "like '5/1d'"],
    ['an unknown attribute', { colour: 'red' }, '"colour"'],
  ])('are refused without a request: %s', async (_what, attributes, words) => {
    const emulator = await startInfobip();
    const client = infobipClient(emulator);
    const input = { name: 'Login', ...attributes };
    for (const args of [[input], [applicationId, input]]) {
      const method = args.length === 1 ? client.createApplication : client.updateApplication;
      const error = await thrownBy(ConfigurationError, () => Reflect.apply(method, client, args));
      expect(error.message).toContain(words);
    }
    expect(emulator.requests).toEqual([]);
  });
});

describe("InfobipClient's templates", () => {
  it('are created, returned, listed and updated', async () => {
    const emulator = await startInfobip();
    const client = infobipClient(emulator);
    const made = await client.createTemplate(applicationId, {
      messageText: 'Code: {{pin}}',
      pinType: 'NUMERIC',
      pinLength: 6,
      senderId: 'Bank',
      language: 'en',
      repeatDTMF: '1#',
      speechRate: 1,
      voiceName: 'Joanna',
    });
    expect(made).toMatchObject({ messageText: 'Code: {{pin}}', pinLength: 6 });
    expect(await client.getTemplate(applicationId, made.messageId)).toEqual(made);
    expect(await client.getTemplates(applicationId)).toContainEqual(made);
    const messageText = 'Su clave: {{pin}}';
    const changed = await client.updateTemplate(applicationId, made.messageId, { messageText });
    expect(changed).toMatchObject({ messageId: made.messageId, messageText });
    const path = `/2fa/2/applications/${applicationId}/messages`;
    expect(emulator.requests.map((request) => `${request.method} ${request.path}`)).toEqual([
      `POST ${path}`,
      `GET ${path}/${made.messageId}`,
      `GET ${path}`,
      `PUT ${path}/${made.messageId}`,
    ]);
    expect(JSON.parse(emulator.requests[3]?.body ?? '')).toEqual({ messageText });
  });

  it.each<[string, object, string]>([
    ['a text without the PIN', { messageText: 'Your code' }, 'must contain {{pin}}'],
    ["a text with Modica's variable", { messageText: '%(code)s' }, 'must contain {{pin}}'],
    ['a number for the text', { messageText: 7 }, 'must be a string'],
    ['an unknown type of PIN', { pinType: 'EMOJI' }, "'NUMERIC', 'ALPHA'"],
    ['a length of zero', { pinLength: 0 }, 'at least 1'],
    ['a fractional length', { pinLength: 4.5 }, 'whole number'],
    ['a length as a string', { pinLength: '4' }, 'a number of characters'],
    ['an empty sender', { senderId: '' }, 'must not be empty'],
    ['a number for the language', { language: 1 }, 'must be a string'],
    ['a word for the speech rate', { speechRate: 'fast' }, 'must be a number'],
    ['an unknown attribute', { text: 'x' }, '"text"'],
  ])('are refused without a request: %s', async (_what, attributes, words) => {
    const emulator = await startInfobip();
    const client = infobipClient(emulator);
    const input = { messageText: '{{pin}}', pinType: 'NUMERIC', ...attributes };
    const created = [applicationId, input];
    const error = await thrownBy(ConfigurationError, () =>
      Reflect.apply(client.createTemplate, client, created),
    );
    expect(error.message).toContain(words);
    const updated = [applicationId, messageId, attributes];
    await thrownBy(ConfigurationError, () => Reflect.apply(client.updateTemplate, client, updated));
    expect(emulator.requests).toEqual([]);
  });
});

describe('InfobipClient.verifications', () => {
  it('lists the PINs of a number, filtered by verified and sent', async () => {
    const emulator = await startInfobip();
    const client = infobipClient(emulator);
    const sent = await client.sendPin({ applicationId, messageId, to: swissMobile });
    const pinId = sent.kind === 'sent' ? sent.pinId : '';
    await client.verifyPin({ pinId, pin: emulator.messages[0]?.code ?? '' });
    const asked = { applicationId, to: swissMobile };
    const verified = { verified: true, sentAt: expect.any(Date), verifiedAt: expect.any(Date) };
    expect(await client.verifications(asked)).toEqual([verified]);
    expect(await client.verifications({ ...asked, verified: true, sent: true })).toHaveLength(1);
    const unset = { verified: false, sent: undefined };
    expect(await client.verifications({ ...asked, ...unset })).toEqual([]);
    const [all, both] = emulator.requests.slice(-3).map(({ path, query }) => `${path} ${query}`);
    expect(all).toMatch(/\/verifications \??msisdn=41793026727$/);
    expect(both).toMatch(/\/verifications \??msisdn=41793026727&verified=true&sent=true$/);
  });

  it.each([
    ['milliseconds, as the reference says', 1_900_000_000_000],
    ['seconds, as its example shows', 1_900_000_000],
  ])('parses times in %s', async (_what, sentAt) => {
    const body = JSON.stringify({ verifications: [{ verified: false, sentAt, verifiedAt: null }] });
    const client = infobipClient(await infobipAnswering({ status: 200, body }));
    expect(await client.verifications({ applicationId, to: swissMobile })).toEqual([
      { verified: false, sentAt: new Date(1_900_000_000_000), verifiedAt: undefined },
    ]);
  });

  it.each([
    [{ to: '0793026727' }, 'E.164'],
    [{ verified: 'yes' }, 'must be true or false'],
    [{ sent: 1 }, 'must be true or false'],
  ])('refuses %o without a request', async (wrong, words) => {
    const emulator = await startInfobip();
    const client = infobipClient(emulator);
    const input = { applicationId, to: swissMobile, ...wrong };
    const error = await thrownBy(ConfigurationError, () =>
      Reflect.apply(client.verifications, client, [input]),
    );
    expect(error.message).toContain(words);
    expect(emulator.requests).toEqual([]);
  });
});

describe("InfobipClient's PINs", () => {
  it('are verified by their id', async () => {
    const emulator = await startInfobip();
    const client = infobipClient(emulator);
    const sent = await client.sendPin({ applicationId, messageId, to: swissMobile });
    const pinId = sent.kind === 'sent' ? sent.pinId : '';
    const pin = emulator.messages[0]?.code ?? '';
    expect(await client.verifyPin({ pinId, pin })).toMatchObject({
      kind: 'answered',
      verified: true,
    });
    expect(emulator.requests[1]).toMatchObject({
      method: 'POST',
      path: `/2fa/2/pin/${pinId}/verify`,
      body: JSON.stringify({ pin }),
    });
  });

  it('are an unknown_pin if Infobip does not know them', async () => {
    const client = infobipClient(await startInfobip());
    expect(await client.verifyPin({ pinId: 'AAAA', pin: '1' })).toEqual({ kind: 'unknown_pin' });
    for (const channel of ['SMS', 'VOICE'] as const) {
      expect(await client.resendPin({ pinId: 'AAAA', channel })).toEqual({ kind: 'unknown_pin' });
    }
  });

  it('are throttled beyond the limit of the application', async () => {
    const emulator = await startInfobip({ configuration: { verifyPinLimit: '1/1h' } });
    const client = infobipClient(emulator);
    const sent = await client.sendPin({ applicationId, messageId, to: swissMobile });
    const pinId = sent.kind === 'sent' ? sent.pinId : '';
    await client.verifyPin({ pinId, pin: 'AAAA' });
    await thrownBy(ProviderThrottledError, () => client.verifyPin({ pinId, pin: 'AAAA' }));
  });

  it.each<[string, 'sendPin' | 'resendPin' | 'verifyPin', object, string]>([
    ['no number', 'sendPin', { applicationId, messageId }, 'E.164'],
    ['a national number', 'sendPin', { applicationId, messageId, to: '079302' }, 'E.164'],
    ['no application', 'sendPin', { messageId, to: swissMobile }, '"applicationId" is missing'],
    ['no template', 'sendPin', { applicationId, to: swissMobile }, '"messageId" is missing'],
    [
      "the PIN's own placeholder",
      'sendPin',
      { applicationId, messageId, to: swissMobile, placeholders: { pin: '1' } },
      'placeholders.pin',
    ],
    [
      'a lookup before a call',
      'sendPin',
      { applicationId, messageId, to: swissMobile, channel: 'VOICE', numberLookup: true },
      '"numberLookup" is for an SMS only',
    ],
    ['an e-mail', 'resendPin', { pinId: 'A', channel: 'EMAIL' }, "must be 'SMS' or 'VOICE'"],
    ['a placeholder in braces', 'resendPin', { pinId: 'A', placeholders: { '{{x}}': '1' } }, 'x'],
    ['no PIN', 'verifyPin', { pinId: 'A' }, '"pin" must be a string'],
    ['an empty PIN', 'verifyPin', { pinId: 'A', pin: '' }, '"pin" must not be empty'],
    ['a number', 'verifyPin', { pinId: 'A', pin: 314159 }, '"pin" must be a string'],
    ['a list', 'verifyPin', { pinId: 'A', pin: ['314159'] }, '"pin" must be a string'],
    ['a query', 'verifyPin', { pinId: 'A', pin: { $ne: null } }, '"pin" must be a string'],
  ])('A13: are refused without a request: %s', async (_what, method, input, words) => {
    const emulator = await startInfobip();
    const client = infobipClient(emulator);
    const error = await thrownBy(ConfigurationError, () =>
      Reflect.apply(client[method], client, [input]),
    );
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('314159');
    expect(emulator.requests).toEqual([]);
  });
});

const calls: readonly [string, (client: InfobipClient, id: string) => Promise<unknown>][] = [
  ['getApplication', (client, id) => client.getApplication(id)],
  ['updateApplication', (client, id) => client.updateApplication(id, { name: 'x' })],
  ['getTemplates', (client, id) => client.getTemplates(id)],
  [
    'createTemplate',
    (client, id) => client.createTemplate(id, { messageText: '{{pin}}', pinType: 'HEX' }),
  ],
  ['getTemplate of an application', (client, id) => client.getTemplate(id, messageId)],
  ['getTemplate', (client, id) => client.getTemplate(applicationId, id)],
  ['updateTemplate', (client, id) => client.updateTemplate(applicationId, id, {})],
  ['verifications', (client, id) => client.verifications({ applicationId: id, to: swissMobile })],
  ['resendPin', (client, id) => client.resendPin({ pinId: id })],
  ['resendPin by voice', (client, id) => client.resendPin({ pinId: id, channel: 'VOICE' })],
  ['verifyPin', (client, id) => client.verifyPin({ pinId: id, pin: '1' })],
  ['sendPin', (client, id) => client.sendPin({ applicationId: id, messageId, to: swissMobile })],
  [
    'sendPin of a template',
    (client, id) => client.sendPin({ applicationId, messageId: id, to: swissMobile }),
  ],
];

describe.each(calls)('A10: %s with an invalid id', (_what, call) => {
  it.each(['', '..', '../x', 'a/b', 'a?b=c', 'a#b', 'a%2fb', 'a b', 'a\n', 'é', 'x'.repeat(101)])(
    'is refused without a request: %o',
    async (id) => {
      const emulator = await startInfobip();
      const error = await thrownBy(ConfigurationError, () => call(infobipClient(emulator), id));
      expect(error.message).toMatch(/must be an Infobip id/);
      expect(emulator.requests).toEqual([]);
    },
  );
});

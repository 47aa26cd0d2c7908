import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  ProviderCredentialsError,
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  ProviderThrottledError,
  ProviderUnavailableError,
} from '../../../../lib/errors.js';
import type { InfobipProvider } from '../../../../lib/providers/infobip/provider.js';
import {
  infobipAnswering,
  infobipClient,
  infobipProvider,
  refusal,
  startInfobip,
  swissMobile,
} from '../../../fixtures/infobip.js';
import { listen } from '../../../fixtures/listen.js';
import { quietPort } from '../../../fixtures/quiet-port.mjs';
import { thrownBy } from '../../../fixtures/thrown.js';

const calls: readonly [string, (provider: InfobipProvider) => Promise<unknown>][] = [
  ['A request to send a PIN', (provider) => provider.send(swissMobile)],
  ['A request to resend a PIN', (provider) => provider.resend(`AAAA.${Date.now()}`, swissMobile)],
  ['A request to call with a PIN', (provider) => provider.call(swissMobile)],
  [
    'A request to repeat a PIN in a call',
    (provider) => provider.call(swissMobile, undefined, `AAAA.${Date.now()}`),
  ],
  ['A request to verify a PIN', (provider) => provider.check('AAAA.1', '123456')],
];

describe.each(calls)('%s', (_what, call) => {
  it("F5: fails with a ProviderCredentialsError for a 401, which is never the user's", async () => {
    const emulator = await startInfobip();
    const error = await thrownBy(ProviderCredentialsError, () =>
      call(infobipProvider(emulator, { apiKey: 'wrong' })),
    );
    expect(error).toMatchObject({ code: 'provider_credentials_refused', status: 500 });
    expect(error.hint).toContain('INFOBIP_API_KEY');
    expect(emulator.requests).toHaveLength(1);
  });

  it("F5: fails with a ProviderCredentialsError for Infobip's own 403", async () => {
    const emulator = await infobipAnswering({ status: 403, body: refusal('FORBIDDEN') });
    const error = await thrownBy(ProviderCredentialsError, () => call(infobipProvider(emulator)));
    expect(error.hint).toContain('enabled');
  });

  it.each(['', '<h1>Denied</h1>', '{"error":"denied"}'])(
    "F12: fails with a ProviderReplyError for a proxy's 403: %s",
    async (body) => {
      const emulator = await infobipAnswering({ status: 403, body });
      await thrownBy(ProviderReplyError, () => call(infobipProvider(emulator)));
    },
  );

  it.each([500, 502, 503, 504])(
    'F4: fails with a ProviderOutcomeUnknownError for a %i, without a retry',
    async (status) => {
      const headers = { 'Retry-After': '7' };
      const body = refusal('TOO_MANY_REQUESTS');
      const emulator = await infobipAnswering({ status, headers, body });
      const error = await thrownBy(ProviderOutcomeUnknownError, () =>
        call(infobipProvider(emulator)),
      );
      expect(error).toMatchObject({ status: 504, retryAfter: 7 });
      expect(emulator.requests).toHaveLength(1);
    },
  );

  it.each([301, 302, 307, 308])(
    'A19: follows no redirect (%i), so that the credentials go nowhere else',
    async (status) => {
      const elsewhere = await listen(createServer());
      const headers = { Location: `http://127.0.0.1:${elsewhere.port}/` };
      const emulator = await infobipAnswering({ status, headers });
      await thrownBy(ProviderReplyError, () => call(infobipProvider(emulator)));
      expect(elsewhere.connections()).toBe(0);
      expect(emulator.requests).toHaveLength(1);
    },
  );

  it.each([201, 405, 413, 415, 422, 451])(
    'fails with a ProviderReplyError for an undocumented %i',
    async (status) => {
      const body = refusal('WHATEVER');
      const emulator = await infobipAnswering({ status, body });
      const error = await thrownBy(ProviderReplyError, () => call(infobipProvider(emulator)));
      expect(error.message).toContain(String(status));
    },
  );

  it('fails with a ProviderReplyError for a 200 in the words of a refusal', async () => {
    const emulator = await infobipAnswering({ status: 200, body: refusal('TOO_MANY_REQUESTS') });
    await thrownBy(ProviderReplyError, () => call(infobipProvider(emulator)));
  });

  it('fails with a ProviderReplyError for a 422 about the number, too', async () => {
    const body = refusal('BAD_REQUEST', { to: ['must be a number'] });
    const emulator = await infobipAnswering({ status: 422, body });
    await thrownBy(ProviderReplyError, () => call(infobipProvider(emulator)));
  });

  it.each([400, 404])(
    'suggests to check "baseUrl" after a %i that is not Infobip\'s',
    async (status) => {
      const emulator = await infobipAnswering({ status, body: '<html></html>' });
      const error = await thrownBy(ProviderReplyError, () => call(infobipProvider(emulator)));
      expect(error.hint).toContain('"baseUrl"');
    },
  );

  it('F1: fails with a ProviderOutcomeUnknownError if the answer is lost, without a retry', async () => {
    const emulator = await startInfobip();
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    await thrownBy(ProviderOutcomeUnknownError, () => call(infobipProvider(emulator)));
    expect(emulator.requests).toHaveLength(1);
  });

  it('F2: fails with a ProviderUnavailableError if the connection is refused', async () => {
    const url = `http://127.0.0.1:${await quietPort()}`;
    await thrownBy(ProviderUnavailableError, () => call(infobipProvider({ url })));
  });
});

describe('A check beyond a limit', () => {
  it.each([
    ['429', 429, ''],
    ["Infobip's word for it", 400, refusal('TOO_MANY_REQUESTS')],
  ])('is a ProviderThrottledError, and no wrong code: %s', async (_what, status, body) => {
    const headers = { 'Retry-After': '3' };
    const emulator = await infobipAnswering({ status, body, headers });
    const error = await thrownBy(ProviderThrottledError, () =>
      infobipProvider(emulator).check('AAAA.1', '123456'),
    );
    expect(error).toMatchObject({ status: 503, retryAfter: 3 });
  });
});

describe('An invalid option that only Infobip can detect', () => {
  const problemOn = async (status: number, body: string) =>
    thrownBy(ConfigurationError, async () =>
      infobipProvider(await infobipAnswering({ status, body })).send(swissMobile),
    );

  it('is a ConfigurationError if Infobip does not know an id', async () => {
    const emulator = await startInfobip();
    for (const unknown of [{ applicationId: 'AAAA' }, { messageId: 'AAAA' }]) {
      const error = await thrownBy(ConfigurationError, () =>
        infobipProvider(emulator, unknown).send(swissMobile),
      );
      expect(error).toMatchObject({ code: 'option_invalid', status: 500 });
      expect(error.message).toMatch(/does not know.*nothing was sent.*"applicationId"/);
    }
    expect(emulator.messages).toEqual([]);
  });

  it.each([
    ['from', { from: ['too long'] }],
    ['from, to', { from: ['too long'], to: ['x'] }],
    ['to, from', { to: ['x'], from: ['too long'] }],
  ])('is a ConfigurationError that names the fields: %s', async (named, fields) => {
    const error = await problemOn(400, refusal('BAD_REQUEST', fields));
    expect(error.message).toContain(`refuses the request (${named}); nothing was sent`);
  });

  it.each([[undefined], [[]], ['from'], [null], [{}]])(
    'is a ConfigurationError without fields if Infobip names none: %o',
    async (validationErrors) => {
      const error = await problemOn(400, refusal('BAD_REQUEST', validationErrors));
      expect(error.message).toContain('refuses the request; nothing was sent');
    },
  );

  it('A18: is named only by fields that cannot be a code or a number', async () => {
    const fields = { '314159': 1, to41793026727: 1, 'a b': 1, ['x'.repeat(41)]: 1, 'a.b[0]': 1 };
    const error = await problemOn(400, refusal('BAD_REQUEST', fields));
    expect(error.message).toContain('(a.b[0]);');
  });
});

describe('A reply about an application', () => {
  it.each([
    ['201', 201],
    ['200', 200],
  ])('is returned without undocumented attributes: %s', async (_what, status) => {
    const body = '{"applicationId":"AAAA","name":"Login","more":1}';
    const client = infobipClient(await infobipAnswering({ status, body }));
    expect(await client.createApplication({ name: 'Login' })).toEqual({
      applicationId: 'AAAA',
      name: 'Login',
    });
  });

  it.each([
    ['without its id', 201, '{"name":"Login"}'],
    ['with an invalid id', 201, '{"applicationId":"../x","name":"Login"}'],
    ['in HTML', 200, '<html></html>'],
    ['with 202', 202, '{"applicationId":"AAAA","name":"Login"}'],
  ])('is a ProviderReplyError %s', async (_what, status, body) => {
    const client = infobipClient(await infobipAnswering({ status, body }));
    await thrownBy(ProviderReplyError, () => client.createApplication({ name: 'Login' }));
  });

  it('is a ProviderThrottledError with a 429', async () => {
    const client = infobipClient(await infobipAnswering({ status: 429 }));
    await thrownBy(ProviderThrottledError, () => client.getApplications());
  });
});

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
  ['a PIN to be sent', (provider) => provider.send(swissMobile)],
  ['a PIN to be sent again', (provider) => provider.resend(`AAAA.${Date.now()}`, swissMobile)],
  ['a PIN to be checked', (provider) => provider.check('AAAA.1', '123456')],
];

describe.each(calls)('When %s is answered', (_what, call) => {
  it("F5: 401, it is the operator's error and never the user's 401", async () => {
    const emulator = await startInfobip();
    const error = await thrownBy(ProviderCredentialsError, () =>
      call(infobipProvider(emulator, { apiKey: 'wrong' })),
    );
    expect(error).toMatchObject({ code: 'provider_credentials_refused', status: 500 });
    expect(error.hint).toContain('INFOBIP_API_KEY');
    expect(emulator.requests).toHaveLength(1);
  });

  it('F5: 403, the key lacks permission or the application is not enabled', async () => {
    const emulator = await infobipAnswering({ status: 403, body: refusal('FORBIDDEN') });
    const error = await thrownBy(ProviderCredentialsError, () => call(infobipProvider(emulator)));
    expect(error.hint).toContain('enabled');
  });

  it.each(['', '<h1>Denied</h1>', '{"error":"denied"}'])(
    "F12: 403 without Infobip's own exception, it is an answer of something in between: %s",
    async (body) => {
      const emulator = await infobipAnswering({ status: 403, body });
      await thrownBy(ProviderReplyError, () => call(infobipProvider(emulator)));
    },
  );

  it.each([500, 502, 503, 504])('F4: %i, it may have acted: it is asked once', async (status) => {
    const headers = { 'Retry-After': '7' };
    const body = refusal('TOO_MANY_REQUESTS');
    const emulator = await infobipAnswering({ status, headers, body });
    const error = await thrownBy(ProviderOutcomeUnknownError, () =>
      call(infobipProvider(emulator)),
    );
    expect(error).toMatchObject({ status: 504, retryAfter: 7 });
    expect(emulator.requests).toHaveLength(1);
  });

  it.each([301, 302, 307, 308])('A19: %i, no credentials follow it', async (status) => {
    const elsewhere = await listen(createServer());
    const headers = { Location: `http://127.0.0.1:${elsewhere.port}/` };
    const emulator = await infobipAnswering({ status, headers });
    await thrownBy(ProviderReplyError, () => call(infobipProvider(emulator)));
    expect(elsewhere.connections()).toBe(0);
    expect(emulator.requests).toHaveLength(1);
  });

  it.each([201, 405, 413, 415, 422, 451])(
    '%i, it is an answer that the document does not know',
    async (status) => {
      const body = refusal('WHATEVER');
      const emulator = await infobipAnswering({ status, body });
      const error = await thrownBy(ProviderReplyError, () => call(infobipProvider(emulator)));
      expect(error.message).toContain(String(status));
    },
  );

  it('422 about the number, it is an answer that the document does not know either', async () => {
    const body = refusal('BAD_REQUEST', { to: ['must be a number'] });
    const emulator = await infobipAnswering({ status: 422, body });
    await thrownBy(ProviderReplyError, () => call(infobipProvider(emulator)));
  });

  it.each([400, 404])('%i by somebody else, "baseUrl" leads elsewhere', async (status) => {
    const emulator = await infobipAnswering({ status, body: '<html></html>' });
    const error = await thrownBy(ProviderReplyError, () => call(infobipProvider(emulator)));
    expect(error.hint).toContain('"baseUrl"');
  });

  it('F1: by nobody, it is an unknown outcome of one request', async () => {
    const emulator = await startInfobip();
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    await thrownBy(ProviderOutcomeUnknownError, () => call(infobipProvider(emulator)));
    expect(emulator.requests).toHaveLength(1);
  });

  it('F2: by nobody because nothing was reached, nothing was sent', async () => {
    const url = `http://127.0.0.1:${await quietPort()}`;
    await thrownBy(ProviderUnavailableError, () => call(infobipProvider({ url })));
  });
});

describe('A PIN to be checked', () => {
  it.each([
    ['429', 429, ''],
    ["Infobip's word for it", 400, refusal('TOO_MANY_REQUESTS')],
  ])('that nobody looked at for its limit is no failure: %s', async (_what, status, body) => {
    const headers = { 'Retry-After': '3' };
    const emulator = await infobipAnswering({ status, body, headers });
    const error = await thrownBy(ProviderThrottledError, () =>
      infobipProvider(emulator).check('AAAA.1', '123456'),
    );
    expect(error).toMatchObject({ status: 503, retryAfter: 3 });
  });
});

describe('What the app is set up with', () => {
  const problemOn = async (status: number, body: string) =>
    thrownBy(ConfigurationError, async () =>
      infobipProvider(await infobipAnswering({ status, body })).send(swissMobile),
    );

  it('is named where Infobip does not know it', async () => {
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

  it('is named by the fields that Infobip finds wrong', async () => {
    const error = await problemOn(400, refusal('BAD_REQUEST', { from: ['too long'], to: ['x'] }));
    expect(error.message).toContain('refuses the request (from, to); nothing was sent');
  });

  it.each([[undefined], [[]], ['from'], [null], [{}]])(
    'is not named where Infobip does not: %o',
    async (validationErrors) => {
      const error = await problemOn(400, refusal('BAD_REQUEST', validationErrors));
      expect(error.message).toContain('refuses the request; nothing was sent');
    },
  );

  it('A18: is named by nothing that could be a code or a number', async () => {
    const fields = { '314159': 1, to41793026727: 1, 'a b': 1, ['x'.repeat(41)]: 1, 'a.b[0]': 1 };
    const error = await problemOn(400, refusal('BAD_REQUEST', fields));
    expect(error.message).toContain('(a.b[0]);');
  });
});

describe('An application', () => {
  it.each([
    ['created', 201],
    ['created, with a 200', 200],
  ])('is what Infobip says it is: %s', async (_what, status) => {
    const body = '{"applicationId":"AAAA","name":"Login","more":1}';
    const client = infobipClient(await infobipAnswering({ status, body }));
    expect(await client.createApplication({ name: 'Login' })).toEqual({
      applicationId: 'AAAA',
      name: 'Login',
    });
  });

  it.each([
    ['without its id', 201, '{"name":"Login"}'],
    ['with an id that is none', 201, '{"applicationId":"../x","name":"Login"}'],
    ['in HTML', 200, '<html></html>'],
    ['with 202', 202, '{"applicationId":"AAAA","name":"Login"}'],
  ])('is nothing that we know of %s', async (_what, status, body) => {
    const client = infobipClient(await infobipAnswering({ status, body }));
    await thrownBy(ProviderReplyError, () => client.createApplication({ name: 'Login' }));
  });

  it('cannot be asked for too often', async () => {
    const client = infobipClient(await infobipAnswering({ status: 429 }));
    await thrownBy(ProviderThrottledError, () => client.getApplications());
  });
});

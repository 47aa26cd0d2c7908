import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ProviderReplyError } from '../../../../lib/errors.js';
import { startEmulator } from '../../../fixtures/emulator.js';
import { infobipClient, startInfobip } from '../../../fixtures/infobip.js';
import { clientOf } from '../../../fixtures/modica.js';
import { nexmoProvider, startNexmo, usMobile } from '../../../fixtures/nexmo.js';
import { thrownBy } from '../../../fixtures/thrown.js';

const response = { challengeId: 'id', code: '123456' };
const valid = '{"status":"valid"}';

describe('F23: every request to an API', () => {
  it('F23: accepts JSON, and has a type only if it has a body', async () => {
    const emulator = await startInfobip();
    const client = infobipClient(emulator);
    await client.getApplications();
    await client.createApplication({ name: 'An application' });
    const json = 'application/json';
    const headers = emulator.requests.map((request) => request.headers);
    expect(headers.map(({ accept }) => accept)).toEqual([json, json]);
    expect(headers.map((each) => each['content-type'])).toEqual([undefined, json]);
  });

  it('F23: accepts uncompressed replies only', async () => {
    const [modica, infobip, nexmo] = [
      await startEmulator(),
      await startInfobip(),
      await startNexmo(),
    ];
    await clientOf(modica).verifyResponse(response);
    await infobipClient(infobip).getApplications();
    await nexmoProvider(nexmo).send(usMobile);
    for (const { requests } of [modica, infobip, nexmo]) {
      expect(requests[0]?.headers['accept-encoding']).toBe('identity');
    }
  });
});

describe('F23: a reply', () => {
  const parsed = async (body: string) => {
    const emulator = await startEmulator();
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 201, body });
    return clientOf(emulator).verifyResponse(response);
  };

  it('F23: is parsed if it begins with a byte order mark', async () => {
    expect(await parsed(`\uFEFF${valid}`)).toMatchObject({ status: 'valid' });
  });

  it('F23: keeps such a mark anywhere else', async () => {
    expect(await parsed('{"status":"\uFEFFvalid"}')).toMatchObject({ status: '\uFEFFvalid' });
  });

  it.each(['gzip', 'br', 'deflate'])(
    'F23: is a ProviderReplyError that names the compression if it is compressed with %s',
    async (encoding) => {
      const emulator = await startEmulator();
      const headers = { 'Content-Encoding': encoding };
      const reply = { reply: 'replaced', processed: false, status: 201, headers } as const;
      emulator.overrideNextReply({ ...reply, body: gzipSync(valid) });
      const error = await thrownBy(ProviderReplyError, () =>
        clientOf(emulator).verifyResponse(response),
      );
      expect(error.message).toContain(`compressed with ${encoding}`);
    },
  );
});

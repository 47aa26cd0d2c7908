import { describe, expect, it } from 'vitest';
import { emulate, get, msisdn, post, send, sentPin, verify } from './client.js';

async function answered() {
  let now = 1000;
  const emulator = await emulate({ now: () => now, refuse: (number) => number.endsWith('9') });
  const { id, code } = await sentPin(emulator);
  now = 2000;
  await verify(emulator, id, code);
  await sentPin(emulator);
  await send(emulator, '41793026729');
  const path = `/applications/${emulator.account.applicationId}/verifications`;
  return { emulator, path };
}

const verified = { msisdn, verified: true, verifiedAt: 2000, sentAt: 1000 };
const open = { msisdn, verified: false, sentAt: 2000 };

describe('GET /applications/{appId}/verifications', () => {
  it.each([
    ['', [verified, open]],
    ['&verified=true', [verified]],
    ['&verified=false', [open]],
    ['&sent=true', [verified, open]],
    ['&sent=false', []],
    ['&verified=true&sent=true', [verified]],
  ])('tells what became of the PINs of a number: %j', async (query, verifications) => {
    const { emulator, path } = await answered();
    const reply = await get(emulator, `${path}?msisdn=${msisdn}${query}`);

    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ verifications });
  });

  it('knows of PINs whose SMS was not sent', async () => {
    const { emulator, path } = await answered();
    const reply = await get(emulator, `${path}?msisdn=41793026729&sent=false`);

    expect(reply.body).toEqual({
      verifications: [{ msisdn: '41793026729', verified: false, sentAt: 2000 }],
    });
  });

  it('keeps to the application that is asked about', async () => {
    const { emulator, path } = await answered();
    const other = Object((await post(emulator, '/applications', { name: 'Other' })).body);
    const of = (applicationId: string) =>
      get(emulator, `${path.replace(/H\w+/, applicationId)}?msisdn=${msisdn}`);

    expect((await of(other.applicationId)).body).toEqual({ verifications: [] });
    expect((await of('x')).status).toBe(404);
  });

  it.each(['', '?verified=true', `?msisdn=${msisdn}&verified=yes`, `?msisdn=${msisdn}&sent=1`])(
    'refuses the query %j with 400',
    async (query) => {
      const { emulator, path } = await answered();

      expect((await get(emulator, path + query)).status).toBe(400);
    },
  );
});

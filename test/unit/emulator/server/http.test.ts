import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { call, emulate as emulateInfobip } from '../infobip/client.js';
import { basic, challenge, emulate, post } from '../modica/client.js';

describe('A recorded request', () => {
  it('has its method, path, headers and raw body', async () => {
    const emulator = await emulate();
    await post(emulator, '/challenges?a=b', '{ "destination": "+64211234567" }');
    await post(emulator, '/responses', 'nonsense ✓');

    expect(emulator.requests).toMatchObject([
      { method: 'POST', path: '/challenges', body: '{ "destination": "+64211234567" }' },
      { method: 'POST', path: '/responses', body: 'nonsense ✓' },
    ]);
    expect(emulator.requests.at(0)?.headers).toMatchObject({
      accept: 'application/vnd.modica.2fa.v1+json',
      authorization: basic('emulator', 'emulator'),
    });
  });

  it('has its raw query', async () => {
    const emulator = await emulateInfobip();
    await call(emulator, 'POST', '/pin?ncNeeded=true&a=?', { body: {} });

    expect(emulator.requests).toMatchObject([
      { method: 'POST', path: '/2fa/2/pin', query: 'ncNeeded=true&a=?', body: '{}' },
    ]);
  });

  it('has the whole path when it is outside the base URL', async () => {
    const emulator = await emulate();
    await fetch(new URL('/elsewhere', emulator.url));

    expect(emulator.requests).toMatchObject([{ method: 'GET', path: '/elsewhere', body: '' }]);
  });

  it('is truncated after 64 KiB of body', async () => {
    const emulator = await emulate();
    await post(emulator, '/challenges', 'x'.repeat(64 * 1024 + 1));

    expect(emulator.requests.at(-1)?.body.length).toBeLessThanOrEqual(64 * 1024);
  });

  it('does not exist for a request that breaks off', async () => {
    const emulator = await emulate();
    const half = request(`${emulator.url}/challenges`, {
      method: 'POST',
      headers: { 'content-length': '100' },
    });
    half.write('{ "destination"');
    await once(half, 'socket').then(([socket]) => once(socket, 'connect'));
    half.on('error', () => {}).destroy();
    await challenge(emulator);

    expect(emulator.requests).toHaveLength(1);
  });
});

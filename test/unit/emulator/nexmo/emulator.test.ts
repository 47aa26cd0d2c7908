import { describe, expect, it } from 'vitest';
import { emulate } from './client.js';

describe('account', () => {
  it('is what a provider needs to reach the emulator, with the Conversion API at the same address', async () => {
    const emulator = await emulate({ apiKey: 'key', apiSecret: 'secret' });

    expect(emulator.account).toEqual({
      apiKey: 'key',
      apiSecret: 'secret',
      baseUrl: emulator.url,
      conversionBaseUrl: emulator.url,
    });
    expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});

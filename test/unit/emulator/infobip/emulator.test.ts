import { describe, expect, it } from 'vitest';
import { emulate } from './client.js';

describe('The account of an Infobip emulator', () => {
  it('is what a provider needs to reach the emulator', async () => {
    const emulator = await emulate();

    expect(emulator.account).toEqual({
      apiKey: 'emulator',
      baseUrl: emulator.url,
      applicationId: 'HJ675435E3A6EA43432G5F37A635KJ8B',
      messageId: '0130269F44AFD07AEBC2FEFEB30398A0',
    });
    expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});

import { describe, expect, it } from 'vitest';
import { emulate } from './client.js';

describe('The account of a Modica emulator', () => {
  it('is what a strategy needs to reach the emulator', async () => {
    const emulator = await emulate({ username: 'app', password: 'secret' });

    expect(emulator.account).toEqual({
      username: 'app',
      password: 'secret',
      baseUrl: emulator.url,
    });
  });
});

import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../../fixtures/emulator.js';
import { closedGate } from '../../../fixtures/gate.js';
import { clientOf, mobile } from '../../../fixtures/modica.js';

describe('F2: a thousand logins at once', () => {
  it('do not wait for each other: all requests are open before the first is answered', async () => {
    const burst = 1000;
    const emulator = await startEmulator();
    const gate = closedGate();
    emulator.on('request', () => {
      emulator.overrideNextReply({ reply: 'held', until: gate.opened });
      if (emulator.requests.length === burst) gate.open();
    });
    // The replies are held back; a slow machine must not run into the deadline.
    const client = clientOf(emulator, { timeout: 120_000 });
    const results = await Promise.all(
      Array.from({ length: burst }, () => client.createChallenge({ destination: mobile })),
    );
    expect(results.every(({ kind }) => kind === 'created')).toBe(true);
  });
});

import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseTimestamp } from '../../../../lib/providers/http/reply.js';
import { startEmulator } from '../../../fixtures/emulator.js';
import { clientOf, mobile } from '../../../fixtures/modica.js';

const noon = Date.UTC(2030, 0, 1, 12);

function inTimeZone(zone: string) {
  vi.stubEnv('TZ', zone);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

describe.each(['UTC', 'Pacific/Auckland', 'America/New_York'])(
  'A timestamp in a process with the time zone %s',
  (zone) => {
    it.each([
      ['in UTC', '2030-01-01T12:00:00Z'],
      ['without a zone, which is UTC', '2030-01-01T12:00:00'],
      ['without a zone, with a space', '2030-01-01 12:00:00'],
      ['with an offset', '2030-01-02T01:00:00+13:00'],
    ])('is parsed: %s', (_what, text) => {
      inTimeZone(zone);
      expect(new Date(noon).getHours() === 12).toBe(zone === 'UTC');
      expect(parseTimestamp(text)).toBe(noon);
    });
  },
);

describe('The times of a challenge', () => {
  it('are UTC if the API omits the zone, whatever the time zone of the process', async () => {
    inTimeZone('Pacific/Auckland');
    const emulator = await startEmulator();
    const body = { id: 'x', created: '2030-01-01 12:00:00', expires: '2030-01-01 12:05:00' };
    emulator.overrideNextReply({ reply: 'replaced', processed: true, body: JSON.stringify(body) });
    const result = await clientOf(emulator).createChallenge({ destination: mobile });
    expect(result).toMatchObject({
      created: new Date(noon),
      expires: new Date(noon + 300_000),
    });
  });
});

import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { minute, stopClock } from '../../../fixtures/clock.js';
import { expectNoLeaks } from '../../../fixtures/leaks.js';
import { nexmoAccount, nexmoProvider, sentByNexmo, startNexmo } from '../../../fixtures/nexmo.js';
import { quietPort } from '../../../fixtures/quiet-port.mjs';
import { listenToWarnings } from '../../../fixtures/warnings.js';

const path = '/conversions/sms' as const;

describe("Nexmo's Conversion API", () => {
  it.each([true, false])('gets whether the code was used: %s', async (used) => {
    const emulator = await startNexmo();
    const provider = nexmoProvider(emulator, { conversion: true });
    const { reference, messageId } = await sentByNexmo(emulator, provider);
    const clock = stopClock();
    vi.setSystemTime('2030-01-01T09:08:07.654Z');
    clock.advance(minute);
    expect(provider.reportOutcome(reference, used)).toBeUndefined();
    await expect
      .poll(() => emulator.conversions)
      .toEqual([{ messageId, delivered: used, timestamp: '2030-01-01 09:09:07' }]);
    const { method, query, headers } = emulator.requests[1] ?? {};
    expect(method).toBe('POST');
    const { apiKey, apiSecret } = nexmoAccount;
    expect(headers).toMatchObject({ authorization: `Basic ${btoa(`${apiKey}:${apiSecret}`)}` });
    // URLs are logged.
    expect(query).not.toContain(apiSecret);
  });

  it('gets no request unless the option is set', async () => {
    const emulator = await startNexmo();
    const provider = nexmoProvider(emulator);
    const { reference } = await sentByNexmo(emulator, provider);
    provider.reportOutcome(reference, true);
    await sentByNexmo(emulator, provider);
    expect(emulator.requests.map((request) => request.path)).not.toContain(path);
  });

  it('gets no request for a reference of another provider, without an error', async () => {
    const emulator = await startNexmo();
    const provider = nexmoProvider(emulator, { conversion: true });
    for (const reference of ['', 'AAAA', '../x']) provider.reportOutcome(reference, true);
    await sentByNexmo(emulator, provider);
    expect(emulator.requests.map((request) => request.path)).not.toContain(path);
  });

  it.each([
    [402, { conversions: false }, {}, 'has not enabled the Conversion API'],
    [401, {}, { apiSecret: 'wrong' }, 'refuses the credentials'],
  ])(
    'gets no more requests after a %i, with one warning for the operator',
    async (_, account, options, words) => {
      const warnings = listenToWarnings();
      const emulator = await startNexmo(account);
      const { reference } = await sentByNexmo(emulator, nexmoProvider(emulator));
      const provider = nexmoProvider(emulator, { conversion: true, ...options });
      provider.reportOutcome(reference, true);
      provider.reportOutcome(reference, true);
      await expect.poll(() => warnings).toHaveLength(1);
      provider.reportOutcome(reference, true);
      await sentByNexmo(emulator, nexmoProvider(emulator));
      const reports = emulator.requests.filter((request) => request.path === path);
      expect(reports).toHaveLength(2);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatchObject({
        name: 'PassportModica2faWarning',
        code: 'NEXMO_CONVERSION_REFUSED',
        message: expect.stringContaining(words),
      });
      expect(warnings[0]?.message).not.toContain('wrong');
    },
  );

  it.each([200, 420, 423, 429, 500])('gets the next request after a %i', async (status) => {
    const warnings = listenToWarnings();
    const emulator = await startNexmo();
    const provider = nexmoProvider(emulator, { conversion: true });
    const { reference } = await sentByNexmo(emulator, provider);
    emulator.overrideNextReply({ path, reply: 'replaced', processed: false, status });
    provider.reportOutcome(reference, true);
    await expect.poll(() => emulator.requests).toHaveLength(2);
    provider.reportOutcome(reference, true);
    await expect.poll(() => emulator.conversions).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('F1: affects no login if it loses its answer or is down', async () => {
    expectNoLeaks();
    const emulator = await startNexmo();
    const conversionBaseUrl = `http://127.0.0.1:${await quietPort()}`;
    const down = nexmoProvider(emulator, { conversion: true, conversionBaseUrl, timeout: 100 });
    const { reference } = await sentByNexmo(emulator, nexmoProvider(emulator));
    down.reportOutcome(reference, true);
    emulator.overrideNextReply({ path, reply: 'lost', processed: false });
    const lost = nexmoProvider(emulator, { conversion: true });
    lost.reportOutcome(reference, true);
    await once(emulator, 'request');
    expect(await lost.check(reference, emulator.messages[0]?.code ?? '')).toEqual({
      verdict: 'accepted',
    });
  });
});

import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../../lib/errors.js';
import { PinHash, readReference } from '../../../../lib/providers/nexmo/pin-hash.js';
import { minute, stopClock } from '../../../fixtures/clock.js';
import {
  nexmoAccount,
  nexmoAnswering,
  nexmoProvider,
  sentByNexmo,
  startNexmo,
  usMobile,
} from '../../../fixtures/nexmo.js';
import { thrownBy } from '../../../fixtures/thrown.js';

describe('NexmoProvider.send', () => {
  it("posts the account, the number without its '+', a generated PIN and a reference", async () => {
    const emulator = await startNexmo();
    await nexmoProvider(emulator).send(usMobile);
    expect(emulator.requests).toHaveLength(1);
    expect(emulator.requests[0]).toMatchObject({
      method: 'POST',
      path: '/sc/us/2fa/json',
      query: '',
      headers: { 'content-type': 'application/json' },
    });
    expect(JSON.parse(emulator.requests[0]?.body ?? '')).toEqual({
      api_key: nexmoAccount.apiKey,
      api_secret: nexmoAccount.apiSecret,
      to: '12125550123',
      pin: expect.stringMatching(/^\d{6}$/),
      'client-ref': expect.stringMatching(/^[\w-]{22}$/),
    });
  });

  it('returns a reference, a lifetime and the message id of receipts', async () => {
    const emulator = await startNexmo();
    const { id } = { id: expect.stringMatching(/^[0-9A-F]{16}$/) };
    expect(await nexmoProvider(emulator).send(usMobile)).toEqual({
      kind: 'sent',
      reference: expect.any(String),
      codeLifetime: 300,
      messageId: id,
      requestId: id,
    });
    const delivery = await nexmoProvider(emulator, { codeLifetime: 60 }).send(usMobile);
    expect(delivery).toMatchObject({ codeLifetime: 60, messageId: emulator.messages[1]?.id });
  });

  it('generates another PIN and another reference each time', async () => {
    const emulator = await startNexmo();
    const provider = nexmoProvider(emulator, { digits: 10 });
    await Promise.all(Array.from({ length: 20 }, () => provider.send(usMobile)));
    expect(new Set(emulator.messages.map(({ code }) => code)).size).toBe(20);
    const references = emulator.requests.map(({ body }) => JSON.parse(body)['client-ref']);
    expect(new Set(references).size).toBe(20);
  });

  it('keeps leading zeros of a PIN', async () => {
    const emulator = await startNexmo();
    const provider = nexmoProvider(emulator, { digits: 4, timeout: 60_000 });
    const deliveries = await Promise.all(
      Array.from({ length: 200 }, () => sentByNexmo(emulator, provider)),
    );
    const pins = emulator.messages.map(({ code, id }) => ({ code, id }));
    for (const { code } of pins) expect(code).toMatch(/^\d{4}$/);
    const zero = pins.find(({ code }) => code.startsWith('0'));
    const sent = deliveries.find(({ messageId }) => messageId === zero?.id);
    const verdictOf = async (code: string) =>
      (await provider.check(sent?.reference ?? '', code)).verdict;
    expect(await verdictOf(zero?.code ?? '')).toBe('accepted');
    expect(await verdictOf(String(Number(zero?.code)))).toBe('rejected');
  });

  it('refuses a number outside the US and Canada without a request', async () => {
    const emulator = await startNexmo();
    expect(await nexmoProvider(emulator).send('+64211234567')).toEqual({ kind: 'number_refused' });
    expect(await nexmoProvider(emulator).send('+18095550123')).toEqual({ kind: 'number_refused' });
    expect(emulator.requests).toEqual([]);
  });

  it('posts the template parameters that the app set', async () => {
    const emulator = await startNexmo({ template: `\${bank}: \${pin}` });
    const delivery = await nexmoProvider(emulator, { parameters: { bank: 'ACME' } }).send(usMobile);
    expect(delivery).toMatchObject({ kind: 'sent' });
    expect(emulator.messages[0]?.text).toBe(`ACME: ${emulator.messages[0]?.code}`);
  });

  it('is the only way to send: there is no resend, because the PIN is not kept', async () => {
    expect(nexmoProvider({ url: 'http://127.0.0.1:1' })).not.toHaveProperty('resend');
  });
});

describe('NexmoProvider.check', () => {
  it('accepts only the PIN of the message, without a request', async () => {
    const emulator = await startNexmo();
    const provider = nexmoProvider(emulator);
    const { reference, pin } = await sentByNexmo(emulator, provider);
    const next = String((Number(pin) + 1) % 1_000_000).padStart(6, '0');
    expect(await provider.check(reference, next)).toEqual({ verdict: 'rejected' });
    expect(await provider.check(reference, pin)).toEqual({ verdict: 'accepted' });
    expect(emulator.requests).toHaveLength(1);
  });

  it('accepts the PIN in another process with the same account', async () => {
    const emulator = await startNexmo();
    const { reference, pin } = await sentByNexmo(emulator, nexmoProvider(emulator));
    expect(await nexmoProvider(emulator).check(reference, pin)).toEqual({ verdict: 'accepted' });
  });

  it('rejects the PIN of another message', async () => {
    const emulator = await startNexmo();
    const provider = nexmoProvider(emulator, { digits: 10 });
    const [one, other] = [
      await sentByNexmo(emulator, provider),
      await sentByNexmo(emulator, provider),
    ];
    expect(await provider.check(one.reference, other.pin)).toEqual({ verdict: 'rejected' });
  });

  it.each([
    ['shorter', (pin: string) => pin.slice(1)],
    ['longer', (pin: string) => `${pin}0`],
    ['with a space', (pin: string) => `${pin} `],
    ['with a line break', (pin: string) => `${pin}\n`],
    ['with a NUL', (pin: string) => `${pin}\0`],
    ['an empty string', () => ''],
    [
      'in digits of another script',
      (pin: string) => pin.replace(/\d/g, (d) => '०१२३४५६७८९'[+d] ?? ''),
    ],
  ])('A13: rejects a PIN that is altered: %s', async (_what, alter) => {
    const emulator = await startNexmo();
    const provider = nexmoProvider(emulator);
    const { reference, pin } = await sentByNexmo(emulator, provider);
    expect(await provider.check(reference, alter(pin))).toEqual({ verdict: 'rejected' });
    expect(alter(pin)).not.toMatch(provider.codePattern);
  });

  it('A17: is expired from the exact millisecond on, whatever the code', async () => {
    const clock = stopClock();
    const emulator = await startNexmo();
    const provider = nexmoProvider(emulator);
    const { reference, pin } = await sentByNexmo(emulator, provider);
    clock.advance(5 * minute - 1);
    expect(await provider.check(reference, pin)).toEqual({ verdict: 'accepted' });
    clock.advance(1);
    expect(await provider.check(reference, pin)).toEqual({ verdict: 'expired' });
    expect(await provider.check(reference, '000000')).toEqual({ verdict: 'expired' });
  });

  it("rejects the PIN after the account's secret has changed", async () => {
    const emulator = await startNexmo();
    const { reference, pin } = await sentByNexmo(emulator, nexmoProvider(emulator));
    const other = nexmoProvider(emulator, { apiSecret: 'another' });
    expect(await other.check(reference, pin)).toEqual({ verdict: 'rejected' });
  });
});

describe('PinHash', () => {
  const at = 1_900_000_000_000;

  it('matches no PIN without the secret', () => {
    const reference = new PinHash('secret').write('AAAA', at, '0042');
    const stored = readReference(reference);
    const all = Array.from({ length: 10_000 }, (_, pin) => String(pin).padStart(4, '0'));
    const thief = new PinHash('guessed');
    expect(all.filter((pin) => thief.matches(stored, pin))).toEqual([]);
    const owner = new PinHash('secret');
    expect(all.filter((pin) => owner.matches(stored, pin))).toEqual(['0042']);
  });

  it('is keyed, with a key that is derived from the secret', () => {
    const { messageId, expiresAt, salt, hash } = readReference(
      new PinHash('s').write('AAAA', at, '0042'),
    );
    const parts = JSON.stringify([messageId, expiresAt, salt, '0042']);
    const under = (key: Parameters<typeof createHmac>[1]) =>
      createHmac('sha256', key).update(parts).digest('base64url');
    expect([under(''), under('s')]).not.toContain(hash);
    const info = 'passport-modica-2fa nexmo pin';
    expect(hash).toBe(under(Buffer.from(hkdfSync('sha256', 's', '', info, 32))));
  });

  it('is different each time for the same PIN', () => {
    const pinHash = new PinHash('secret');
    const all = Array.from({ length: 100 }, () => pinHash.write('AAAA', at, '0042'));
    expect(new Set(all.map((reference) => readReference(reference).salt)).size).toBe(100);
    expect(new Set(all.map((reference) => readReference(reference).hash)).size).toBe(100);
  });

  it('stores any message id', () => {
    for (const id of ['0C000000217B7F02', 'a.b/c', 'ü'.repeat(100), ' ']) {
      expect(readReference(new PinHash('secret').write(id, at, '1')).messageId).toBe(id);
    }
  });

  it('does not match after the message id, the expiry or the salt is swapped', () => {
    const pinHash = new PinHash('secret');
    const stored = readReference(pinHash.write('AAAA', at, '0042'));
    expect(pinHash.matches(stored, '0042')).toBe(true);
    const other = readReference(pinHash.write('AAAA', at, '0042')).salt;
    for (const changed of [{ messageId: 'AAAB' }, { expiresAt: at + 1 }, { salt: other }]) {
      expect(pinHash.matches({ ...stored, ...changed }, '0042')).toBe(false);
    }
  });

  it.each([
    '',
    'AAAA',
    '7b3f5b4e-8f2b-4a43-9d7e-3c1f2e4d5a6b',
    'QQ.1.AAAAAAAAAAAAAAAAAAAAAA',
    `QQ.1.AAAAAAAAAAAAAAAAAAAAAA.${'A'.repeat(42)}`,
    `QQ.1.AAAAAAAAAAAAAAAAAAAAAA.${'A'.repeat(44)}`,
    `QQ.x.AAAAAAAAAAAAAAAAAAAAAA.${'A'.repeat(43)}`,
    `.1.AAAAAAAAAAAAAAAAAAAAAA.${'A'.repeat(43)}`,
    `QQ.1.AAAA.${'A'.repeat(43)}`,
    `Q/Q.1.AAAAAAAAAAAAAAAAAAAAAA.${'A'.repeat(43)}`,
    `QQ.1.AAAAAAAAAAAAAAAAAAAAAA.${'A'.repeat(43)}\n`,
  ])('is a StoreError in a reference of another provider: %o', async (reference) => {
    const provider = nexmoProvider(await nexmoAnswering({}));
    const error = await thrownBy(StoreError, () => provider.check(reference, '123456'));
    expect(error.code).toBe('store_record_unreadable');
  });
});

import { describe, expect, it } from 'vitest';
import { WatchedProvider } from '../../../lib/providers/fallback.js';
import type { Provider } from '../../../lib/providers/provider.js';
import { listenToEvents } from '../../fixtures/events.js';

const own: Provider = {
  name: 'own',
  codePattern: /^\d{6}$/,
  codeLifetime: 300,
  timeout: 10_000,
  send: async (destination, content) => ({
    kind: 'sent',
    reference: `${destination} ${content}`,
    codeLifetime: 1,
  }),
  check: async (_reference, code) => ({ verdict: code === '123456' ? 'accepted' : 'rejected' }),
};

describe('A provider that is watched', () => {
  it('says of itself what it is, and does what it did', async () => {
    for (const listen of [() => {}, listenToEvents]) {
      listen();
      const watched = new WatchedProvider(own);
      expect(watched).toMatchObject({
        name: 'own',
        codePattern: /^\d{6}$/,
        codeLifetime: 300,
        timeout: 10_000,
      });
      expect(await watched.send('+64211111111', 'text')).toMatchObject({
        reference: '+64211111111 text',
      });
      expect(await watched.check('reference', '123456')).toEqual({ verdict: 'accepted' });
      expect(await watched.check('reference', '654321')).toEqual({ verdict: 'rejected' });
    }
  });

  it('sends the same code again where it can, and says so like any other', async () => {
    const resend = async (reference: string) => ({
      kind: 'sent' as const,
      reference,
      codeLifetime: 1,
    });
    expect(new WatchedProvider(own).resend).toBeUndefined();
    const watched = new WatchedProvider({ ...own, resend });
    const heard = listenToEvents();
    expect(await watched.resend?.('r', '+64211111111', undefined)).toMatchObject({
      reference: 'r',
    });
    expect(heard).toEqual([
      expect.objectContaining({ name: 'provider_answered', call: 'send', result: 'sent' }),
    ]);
  });

  it('is called slow when it takes more than half of its time', async () => {
    const heard = listenToEvents();
    const slow = {
      ...own,
      timeout: 2,
      send: () => new Promise<never>((_, no) => setTimeout(no, 5)),
    };
    await expect(new WatchedProvider(slow).send('+64211111111', undefined)).rejects.toBeUndefined();
    expect(heard).toEqual([
      expect.objectContaining({ name: 'provider_failed', code: 'unknown', call: 'send' }),
      {
        name: 'provider_slow',
        provider: 'own',
        call: 'send',
        duration: expect.any(Number),
      },
    ]);
    expect(Reflect.get(Object(heard[1]), 'duration')).toBeGreaterThan(1);
  });

  it('is not called slow otherwise, nor is anybody told who does not listen', async () => {
    const heard = listenToEvents();
    await new WatchedProvider(own).check('reference', '123456');
    expect(heard.map((event) => Reflect.get(Object(event), 'name'))).toEqual(['provider_answered']);
  });
});

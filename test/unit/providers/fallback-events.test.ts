import { describe, expect, it, vi } from 'vitest';
import { FallbackChain } from '../../../lib/providers/fallback.js';
import type { Provider } from '../../../lib/providers/provider.js';
import { stopTimers } from '../../fixtures/clock.js';
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

const message = { channel: 'sms', destination: '+64211111111', content: 'text' } as const;

describe('The events of a call to a provider', () => {
  it.each([
    ['no subscriber', () => {}],
    ['a subscriber', listenToEvents],
  ])('do not change what it returns with %s', async (_listeners, listen) => {
    listen();
    const chain = new FallbackChain(own);
    expect(await chain.send(message)).toEqual({
      kind: 'sent',
      provider: 'own',
      reference: '+64211111111 text',
      codeLifetime: 1,
    });
    const sender = chain.senderOf({ reference: 'r' });
    expect(await sender?.check('123456')).toEqual({ verdict: 'accepted' });
    expect(await sender?.check('654321')).toEqual({ verdict: 'rejected' });
  });

  it('are the same for a resend as for a send', async () => {
    const resend: Provider['resend'] = async (reference) => ({
      kind: 'sent',
      reference,
      codeLifetime: 1,
    });
    const chain = new FallbackChain({ ...own, resend });
    const heard = listenToEvents();
    expect(await chain.send({ ...message, before: { reference: 'r' } })).toMatchObject({
      reference: 'r',
    });
    expect(heard).toEqual([
      expect.objectContaining({ name: 'provider_answered', call: 'send', result: 'sent' }),
    ]);
  });

  it('report a failure by its code', async () => {
    const heard = listenToEvents();
    const failing = { ...own, send: () => Promise.reject(new Error('a fault in the test')) };
    expect(await new FallbackChain(failing).send(message)).toMatchObject({
      kind: 'failed',
      neverSent: false,
    });
    expect(heard).toEqual([
      expect.objectContaining({ name: 'provider_failed', code: 'unknown', call: 'send' }),
    ]);
  });

  it.each([
    [5000, []],
    [5001, [{ name: 'provider_slow', provider: 'own', call: 'check', duration: 5001 }]],
  ])(
    'call a provider slow that takes more than half of its 10 seconds: %i ms',
    async (duration, slow) => {
      stopTimers({ toFake: ['performance'] });
      const heard = listenToEvents();
      const check: Provider['check'] = async () => {
        vi.advanceTimersByTime(duration);
        return { verdict: 'accepted' };
      };
      await new FallbackChain({ ...own, check }).senderOf({ reference: 'r' })?.check('123456');
      expect(heard).toEqual([
        expect.objectContaining({ name: 'provider_answered', call: 'check', result: 'accepted' }),
        ...slow,
      ]);
    },
  );
});

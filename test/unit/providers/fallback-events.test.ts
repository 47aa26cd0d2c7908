import { describe, expect, it } from 'vitest';
import { FallbackChain } from '../../../lib/providers/fallback.js';
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

  it('report a failure, and a call that takes more than half of its timeout', async () => {
    const heard = listenToEvents();
    const slow = {
      ...own,
      timeout: 2,
      send: () => new Promise<never>((_, reject) => setTimeout(reject, 5)),
    };
    expect(await new FallbackChain(slow).send(message)).toMatchObject({
      kind: 'failed',
      neverSent: false,
    });
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

  it('do not call a provider slow that answers in time', async () => {
    const heard = listenToEvents();
    await new FallbackChain(own).senderOf({ reference: 'r' })?.check('123456');
    expect(heard.map((event) => Reflect.get(Object(event), 'name'))).toEqual(['provider_answered']);
  });
});

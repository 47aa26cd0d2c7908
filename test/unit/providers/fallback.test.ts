import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  ProviderOutcomeUnknownError,
  ProviderUnavailableError,
} from '../../../lib/errors.js';
import { FallbackChain } from '../../../lib/providers/fallback.js';
import type { Provider } from '../../../lib/providers/provider.js';
import { stopClock } from '../../fixtures/clock.js';

const words = { problem: 'A fault in the test', hint: 'None' };
const destination = '+64211111111';
const message = { channel: 'sms', destination, content: undefined } as const;

/** A provider that records the calls to it, with overrides. */
function providerNamed(name: string, overrides: Partial<Provider> = {}) {
  const asked: string[] = [];
  const provider: Provider = {
    name,
    codePattern: /^\d{6}$/,
    codeLifetime: 300,
    timeout: 1000,
    send: async () => {
      asked.push('send');
      return { kind: 'sent', reference: `of ${name}`, codeLifetime: 1000 };
    },
    check: async (reference) => {
      asked.push(`check ${reference}`);
      return { verdict: 'accepted' };
    },
    ...overrides,
  };
  return { provider, asked };
}

const unreachable = async () => {
  throw new ProviderUnavailableError(words);
};

describe('A fallback chain', () => {
  it('accepts the codes of each provider, and has the longest code lifetime', () => {
    const letters = { codePattern: /^[A-Z]{4}$/, codeLifetime: 900 };
    const chain = new FallbackChain(
      providerNamed('one').provider,
      providerNamed('two', letters).provider,
    );
    expect(['123456', 'ABCD', '1234', ''].map((code) => chain.isCode(code))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(chain.codeLifetime).toBe(900);
  });

  it('sends through the first provider, and names it', async () => {
    const [one, two] = [providerNamed('one'), providerNamed('two')];
    const chain = new FallbackChain(one.provider, two.provider);
    expect(await chain.send(message)).toEqual({
      kind: 'sent',
      provider: 'one',
      reference: 'of one',
      codeLifetime: 1000,
    });
    expect(two.asked).toEqual([]);
  });

  it('does not try the next provider when the outcome of a send is unknown', async () => {
    const lost = async () => {
      throw new ProviderOutcomeUnknownError(words);
    };
    const [one, two] = [providerNamed('one', { send: lost }), providerNamed('two')];
    const sending = await new FallbackChain(one.provider, two.provider).send(message);
    expect(sending).toMatchObject({ kind: 'failed', provider: 'one', neverSent: false });
    expect(two.asked).toEqual([]);
  });

  it.each([undefined, null, {}, { kind: 'queued' }])(
    'does not try the next provider after an answer of no known kind: %j',
    async (answer) => {
      const send = async () => Object({ answer }).answer;
      const [one, two] = [providerNamed('one', { send }), providerNamed('two')];
      const chain = new FallbackChain(one.provider, two.provider);
      expect(await chain.send(message)).toMatchObject({ kind: 'failed', neverSent: false });
      expect(two.asked).toEqual([]);
    },
  );

  it('skips a misconfigured provider, and tries it first again in the next send', async () => {
    const send = async () => {
      throw new ConfigurationError('option_invalid', words);
    };
    const [one, two] = [providerNamed('one', { send }), providerNamed('two')];
    const chain = new FallbackChain(one.provider, two.provider);
    expect(await chain.send(message)).toMatchObject({ kind: 'sent', provider: 'two' });
    one.provider.send = async () => ({ kind: 'sent', reference: 'r', codeLifetime: 1 });
    expect(await chain.send(message)).toMatchObject({ provider: 'one' });
  });

  it('tries the provider whose answer was lost last', async () => {
    const [one, two] = [providerNamed('one'), providerNamed('two', { send: unreachable })];
    const chain = new FallbackChain(one.provider, two.provider);
    const before = { lostBy: 'one' };
    expect(await chain.send({ ...message, before })).toMatchObject({ provider: 'one' });
    expect(await chain.send({ ...message, before: { lostBy: 'two' } })).toMatchObject({
      provider: 'one',
    });
  });

  it.each([
    [29_999, 'two'],
    [30_000, 'one'],
  ])(
    'tries an unreachable provider last for 30 seconds: %i ms later, "%s" is first',
    async (later, first) => {
      const clock = stopClock();
      const [one, two] = [providerNamed('one', { send: unreachable }), providerNamed('two')];
      const chain = new FallbackChain(one.provider, two.provider);
      expect(await chain.send(message)).toMatchObject({ provider: 'two' });
      one.provider.send = two.provider.send;
      clock.advance(later);
      expect(await chain.send(message)).toMatchObject({ provider: first });
    },
  );

  it('returns the result of the first provider when none sends', async () => {
    const refused = async () => ({ kind: 'number_refused' as const });
    const throttled = async () => ({ kind: 'throttled' as const, retryAfter: 7 });
    const chain = new FallbackChain(
      providerNamed('one', { send: throttled }).provider,
      providerNamed('two', { send: refused }).provider,
      providerNamed('three', { send: unreachable }).provider,
    );
    expect(await chain.send(message)).toEqual({
      kind: 'throttled',
      retryAfter: 7,
      provider: 'one',
    });
    const asked = new FallbackChain(
      providerNamed('one', { send: unreachable }).provider,
      providerNamed('two', { send: refused }).provider,
    );
    // In the second send, the unreachable provider is tried last.
    expect(await asked.send(message)).toMatchObject({ kind: 'failed', provider: 'one' });
    expect(await asked.send(message)).toMatchObject({ kind: 'failed', provider: 'one' });
  });
});

describe('A resend in a fallback chain', () => {
  const resend = async (reference: string) => ({
    kind: 'sent' as const,
    reference: `${reference} again`,
    codeLifetime: 1000,
  });

  it.each([
    [
      'repeats the code through a provider with resend',
      { reference: 'r', provider: 'one' },
      'r again',
    ],
    [
      'goes through the first provider when the challenge names none',
      { reference: 'r' },
      'r again',
    ],
    ['sends a new code without a reference', {}, 'of one'],
    [
      "sends a new code for another provider's reference",
      { reference: 'r', provider: 'two' },
      'of one',
    ],
  ])('%s', async (_what, before, reference) => {
    const chain = new FallbackChain(
      providerNamed('one', { resend }).provider,
      providerNamed('two').provider,
    );
    expect(await chain.send({ ...message, before })).toMatchObject({ reference });
  });

  it('sends a new code through a provider without resend', async () => {
    const chain = new FallbackChain(providerNamed('one').provider);
    const before = { reference: 'r', provider: 'one' };
    expect(await chain.send({ ...message, before })).toMatchObject({ reference: 'of one' });
  });
});

describe('A call in a fallback chain', () => {
  const call: Provider['call'] = async (_destination, content, reference) => ({
    kind: 'sent',
    reference: `call of ${reference}, ${content}`,
    codeLifetime: 1000,
  });
  const aCall = { ...message, channel: 'call', content: 'text' } as const;

  it('goes through the providers that can call only, in order', async () => {
    const [one, two] = [providerNamed('one'), providerNamed('two', { call })];
    const three = providerNamed('three', { call });
    const chain = new FallbackChain(one.provider, two.provider, three.provider);
    expect(chain.canCall).toBe(true);
    expect(await chain.send(aCall)).toMatchObject({ kind: 'sent', provider: 'two' });
    const before = { reference: 'r', provider: 'two', lostBy: 'two' };
    expect(await chain.send({ ...aCall, before })).toMatchObject({ provider: 'three' });
    expect([one.asked, two.asked, three.asked]).toEqual([[], [], []]);
  });

  it.each([
    ['repeats the code of its own reference', { reference: 'r', provider: 'two' }, 'r'],
    ["speaks a new code for another provider's", { reference: 'r', provider: 'one' }, 'undefined'],
    ['speaks a new code where nothing was sent before', {}, 'undefined'],
  ])('%s', async (_what, before, reference) => {
    const chain = new FallbackChain(
      providerNamed('one').provider,
      providerNamed('two', { call }).provider,
    );
    expect(await chain.send({ ...aCall, before })).toMatchObject({
      reference: `call of ${reference}, text`,
    });
  });

  it('that never left is made by the next provider, and one that may have been made by none', async () => {
    const [one, two] = [
      providerNamed('one', { call: unreachable }),
      providerNamed('two', { call }),
    ];
    const chain = new FallbackChain(one.provider, two.provider);
    expect(await chain.send(aCall)).toMatchObject({ kind: 'sent', provider: 'two' });
    one.provider.call = async () => {
      throw new ProviderOutcomeUnknownError(words);
    };
    const again = new FallbackChain(one.provider, two.provider);
    expect(await again.send(aCall)).toMatchObject({ kind: 'failed', neverSent: false });
  });

  it('is not made, and no SMS is sent, when no provider can call', async () => {
    const { provider, asked } = providerNamed('one');
    const chain = new FallbackChain(provider);
    expect(chain.canCall).toBe(false);
    expect(await chain.send(aCall)).toEqual({
      kind: 'not_sent',
      word: 'no provider',
      provider: 'one',
    });
    expect(asked).toEqual([]);
  });

  it('returns the result of the first provider that can call when none does', async () => {
    const refused = async () => ({ kind: 'number_refused' as const });
    const chain = new FallbackChain(
      providerNamed('one').provider,
      providerNamed('two', { call: refused }).provider,
      providerNamed('three', { call: unreachable }).provider,
    );
    expect(await chain.send(aCall)).toEqual({ kind: 'number_refused', provider: 'two' });
  });
});

const failure = new Error('not reported');

describe('The provider that sent a challenge', () => {
  it('checks only codes that match its pattern', async () => {
    const [one, two] = [providerNamed('one'), providerNamed('two', { codePattern: /^[A-Z]{4}$/ })];
    const chain = new FallbackChain(one.provider, two.provider);
    const sender = chain.senderOf({ reference: 'r', provider: 'two' });
    expect(await sender?.check('ABCD')).toEqual({ verdict: 'accepted' });
    expect(await sender?.check('123456')).toEqual({ verdict: 'rejected' });
    expect(one.asked).toEqual([]);
    expect(two.asked).toEqual(['check r']);
  });

  it.each([
    ['there is no reference', { provider: 'one' }],
    ['its provider is no longer configured', { reference: 'r', provider: 'gone' }],
  ])('is undefined when %s', (_what, message) => {
    expect(new FallbackChain(providerNamed('one').provider).senderOf(message)).toBeUndefined();
  });

  it('gets the outcome once, if it has reportOutcome', () => {
    const reports: unknown[] = [];
    const reportOutcome = (...report: unknown[]) => void reports.push(report);
    const chain = new FallbackChain(
      providerNamed('one', { reportOutcome }).provider,
      providerNamed('two').provider,
    );
    chain.senderOf({ reference: 'r' })?.reportOutcome(true);
    chain.senderOf({ reference: 'r', provider: 'two' })?.reportOutcome(false);
    expect(reports).toEqual([['r', true]]);
    chain.senderOf({ reference: 'r' })?.reportOutcome(false);
    expect(reports).toHaveLength(1);
    chain.senderOf({ reference: 'another' })?.reportOutcome(false);
    expect(reports.at(1)).toEqual(['another', false]);
  });

  it.each([
    [
      'throws',
      () => {
        throw failure;
      },
    ],
    ['rejects', () => Promise.reject(failure)],
  ])('cannot break a login when its reportOutcome %s', async (_how, reportOutcome) => {
    const warned = once(process, 'warning');
    const chain = new FallbackChain(providerNamed('one', { reportOutcome }).provider);
    chain.senderOf({ reference: 'r' })?.reportOutcome(true);
    expect(await warned).toEqual([failure]);
  });
});

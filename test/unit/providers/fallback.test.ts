import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  ProviderOutcomeUnknownError,
  ProviderUnavailableError,
} from '../../../lib/errors.js';
import { ProviderChain } from '../../../lib/providers/fallback.js';
import type { Provider } from '../../../lib/providers/provider.js';

const words = { problem: 'A fault of the test', hint: 'None' };
const destination = '+64211111111';
const message = { destination, content: undefined };

/** A provider that writes down what it is asked, and does as it is told. */
function providerNamed(name: string, told: Partial<Provider> = {}) {
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
    ...told,
  };
  return { provider, asked };
}

const unreachable = async () => {
  throw new ProviderUnavailableError(words);
};

describe('A chain of providers', () => {
  it('knows the codes of all of them, and lets each wait for its longest', () => {
    const letters = { codePattern: /^[A-Z]{4}$/, codeLifetime: 900 };
    const chain = new ProviderChain(
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

  it('sends through the first, and says through whom', async () => {
    const [one, two] = [providerNamed('one'), providerNamed('two')];
    const chain = new ProviderChain(one.provider, two.provider);
    expect(await chain.send(message)).toEqual({
      kind: 'sent',
      provider: 'one',
      reference: 'of one',
      codeLifetime: 1000,
    });
    expect(two.asked).toEqual([]);
  });

  it('stops where nobody knows what became of the message', async () => {
    const lost = async () => {
      throw new ProviderOutcomeUnknownError(words);
    };
    const [one, two] = [providerNamed('one', { send: lost }), providerNamed('two')];
    const sending = await new ProviderChain(one.provider, two.provider).send(message);
    expect(sending).toMatchObject({ kind: 'failed', provider: 'one', neverSent: false });
    expect(two.asked).toEqual([]);
  });

  it.each([undefined, null, {}, { kind: 'queued' }])(
    'takes an answer of no known kind for a message that may have gone out: %j',
    async (answer) => {
      const send = async () => Object({ answer }).answer;
      const [one, two] = [providerNamed('one', { send }), providerNamed('two')];
      const chain = new ProviderChain(one.provider, two.provider);
      expect(await chain.send(message)).toMatchObject({ kind: 'failed', neverSent: false });
      expect(two.asked).toEqual([]);
    },
  );

  it('goes on where the app set one up wrongly, and asks that one again at once', async () => {
    const send = async () => {
      throw new ConfigurationError('option_invalid', words);
    };
    const [one, two] = [providerNamed('one', { send }), providerNamed('two')];
    const chain = new ProviderChain(one.provider, two.provider);
    expect(await chain.send(message)).toMatchObject({ kind: 'sent', provider: 'two' });
    one.provider.send = async () => ({ kind: 'sent', reference: 'r', codeLifetime: 1 });
    expect(await chain.send(message)).toMatchObject({ provider: 'one' });
  });

  it('asks the one whose answer was lost last of all', async () => {
    const [one, two] = [providerNamed('one'), providerNamed('two', { send: unreachable })];
    const chain = new ProviderChain(one.provider, two.provider);
    const before = { lostBy: 'one' };
    expect(await chain.send({ ...message, before })).toMatchObject({ provider: 'one' });
    expect(await chain.send({ ...message, before: { lostBy: 'two' } })).toMatchObject({
      provider: 'one',
    });
  });

  it('gives the reason of the first where none takes it', async () => {
    const refused = async () => ({ kind: 'refused' as const });
    const throttled = async () => ({ kind: 'throttled' as const, retryAfter: 7 });
    const chain = new ProviderChain(
      providerNamed('one', { send: throttled }).provider,
      providerNamed('two', { send: refused }).provider,
      providerNamed('three', { send: unreachable }).provider,
    );
    expect(await chain.send(message)).toEqual({
      kind: 'throttled',
      retryAfter: 7,
      provider: 'one',
    });
    const asked = new ProviderChain(
      providerNamed('one', { send: unreachable }).provider,
      providerNamed('two', { send: refused }).provider,
    );
    // The second time the one that was not reached is asked last.
    expect(await asked.send(message)).toMatchObject({ kind: 'failed', provider: 'one' });
    expect(await asked.send(message)).toMatchObject({ kind: 'failed', provider: 'one' });
  });
});

describe('A resend', () => {
  const resend = async (reference: string) => ({
    kind: 'sent' as const,
    reference: `${reference} again`,
    codeLifetime: 1000,
  });

  it.each([
    ['that can send the same code again does', { reference: 'r', provider: 'one' }, 'r again'],
    ['is meant where a challenge does not say whose it is', { reference: 'r' }, 'r again'],
    ['sends a new one where there is no reference', {}, 'of one'],
    ['sends a new one for a reference of another', { reference: 'r', provider: 'two' }, 'of one'],
  ])('by a provider %s', async (_what, before, reference) => {
    const chain = new ProviderChain(
      providerNamed('one', { resend }).provider,
      providerNamed('two').provider,
    );
    expect(await chain.send({ ...message, before })).toMatchObject({ reference });
  });

  it('by a provider that cannot send the same code again is a new one', async () => {
    const chain = new ProviderChain(providerNamed('one').provider);
    const before = { reference: 'r', provider: 'one' };
    expect(await chain.send({ ...message, before })).toMatchObject({ reference: 'of one' });
  });
});

const failure = new Error('not told');

describe('The owner of a challenge', () => {
  it('checks its codes, and those alone that can be its own', async () => {
    const [one, two] = [providerNamed('one'), providerNamed('two', { codePattern: /^[A-Z]{4}$/ })];
    const chain = new ProviderChain(one.provider, two.provider);
    const owner = chain.ownerOf({ reference: 'r', provider: 'two' });
    expect(await owner?.check('ABCD')).toEqual({ verdict: 'accepted' });
    expect(await owner?.check('123456')).toEqual({ verdict: 'rejected' });
    expect(one.asked).toEqual([]);
    expect(two.asked).toEqual(['check r']);
  });

  it.each([
    ['without a reference', { provider: 'one' }],
    ['of a provider that there is no more', { reference: 'r', provider: 'gone' }],
  ])('is nobody: %s', (_what, trace) => {
    expect(new ProviderChain(providerNamed('one').provider).ownerOf(trace)).toBeUndefined();
  });

  it('is told how it ended, where it wants to know', () => {
    const told: unknown[] = [];
    const reportOutcome = (...ended: unknown[]) => void told.push(ended);
    const chain = new ProviderChain(
      providerNamed('one', { reportOutcome }).provider,
      providerNamed('two').provider,
    );
    chain.ownerOf({ reference: 'r' })?.reportOutcome(true);
    chain.ownerOf({ reference: 'r', provider: 'two' })?.reportOutcome(false);
    expect(told).toEqual([['r', true]]);
    chain.ownerOf({ reference: 'r' })?.reportOutcome(false);
    expect(told).toHaveLength(1);
  });

  it.each([
    [
      'throws',
      () => {
        throw failure;
      },
    ],
    ['rejects', () => Promise.reject(failure)],
  ])('cannot break a login where it %s then', async (_how, reportOutcome) => {
    const warned = once(process, 'warning');
    const chain = new ProviderChain(providerNamed('one', { reportOutcome }).provider);
    chain.ownerOf({ reference: 'r' })?.reportOutcome(true);
    expect(await warned).toEqual([failure]);
  });
});

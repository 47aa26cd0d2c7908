import { describe, expect, it } from 'vitest';
import { ProviderReplyError } from '../../../lib/errors.js';
import { parseCheck, parseDelivery } from '../../../lib/providers/answers.js';
import { FallbackChain } from '../../../lib/providers/fallback.js';
import { thrownBy } from '../../fixtures/thrown.js';

const sent = { kind: 'sent', reference: 'r', codeLifetime: 300 };

const aboutKind = /"kind" must be one of 'sent', .*'throttled'/;

const invalidDeliveries: readonly [unknown, string | RegExp][] = [
  [undefined, 'it must be an object'],
  [null, 'it must be an object'],
  ['sent', 'it must be an object'],
  [[], 'it must be an object'],
  [{}, aboutKind],
  [{ kind: 'queued' }, "'throttled', not 'queued'"],
  [{ kind: 'call +64211234567' }, "not 'call …'"],
  [{ kind: 'sent', codeLifetime: 300 }, '"reference" must be a string'],
  [{ ...sent, reference: 7 }, '"reference" must be a string'],
  [{ ...sent, reference: '' }, '"reference" must not be empty'],
  [{ kind: 'sent', reference: 'r' }, '"codeLifetime" must be a finite number of seconds'],
  [{ ...sent, codeLifetime: '300' }, '"codeLifetime" must be a finite number of seconds'],
  [{ ...sent, codeLifetime: Number.NaN }, '"codeLifetime" must be a finite number of seconds'],
  [{ ...sent, codeLifetime: Number.POSITIVE_INFINITY }, '"codeLifetime" must be a finite number'],
  [{ ...sent, codeLifetime: 0 }, '"codeLifetime" must be greater than 0'],
  [{ ...sent, codeLifetime: -1 }, '"codeLifetime" must be greater than 0'],
  [{ ...sent, codeLifetime: 3600.5 }, '"codeLifetime" must be at most 3600 seconds'],
  [{ ...sent, codeLifetime: 300_000 }, '"codeLifetime" must be at most 3600 seconds'],
  [{ ...sent, uniqueId: 7 }, '"uniqueId" must be a string'],
  [{ ...sent, uniqueId: '' }, '"uniqueId" must not be empty'],
  [{ ...sent, messageId: 7 }, '"messageId" must be a string'],
  [{ ...sent, messageId: '' }, '"messageId" must not be empty'],
  [{ kind: 'not_sent' }, '"word" must be a string'],
];

describe('A delivery', () => {
  it.each([
    sent,
    { ...sent, codeLifetime: 0.001 },
    { ...sent, codeLifetime: 3600, uniqueId: 'u', messageId: 'm', requestId: 'q' },
    { kind: 'number_refused', requestId: undefined },
    { kind: 'not_sent', word: 'no_credit', requestId: 'q' },
    { kind: 'throttled', retryAfter: undefined },
    { kind: 'throttled', retryAfter: 0 },
  ])('that follows the contract is returned as it is: %j', (delivery) => {
    expect(parseDelivery('own', delivery)).toEqual(delivery);
  });

  it.each([
    [{ ...sent, requestId: null }, sent],
    [{ ...sent, requestId: 7 }, sent],
    [{ ...sent, requestId: 'of +64211111111' }, sent],
    [{ kind: 'throttled', retryAfter: '7' }, { kind: 'throttled' }],
    [{ kind: 'throttled', retryAfter: -7 }, { kind: 'throttled' }],
    [{ kind: 'throttled', retryAfter: Number.NaN }, { kind: 'throttled' }],
    [
      { kind: 'throttled', retryAfter: 0.2 },
      { kind: 'throttled', retryAfter: 1 },
    ],
    [
      { kind: 'throttled', retryAfter: 1e300 },
      { kind: 'throttled', retryAfter: 3600 },
    ],
  ])('stays valid when a detail for diagnosis is malformed: %j', (delivery, parsed) => {
    expect(parseDelivery('own', delivery)).toEqual(parsed);
  });

  it.each(invalidDeliveries)(
    'that breaks the contract is an error with the provider and the field: %j',
    async (delivery, problem) => {
      const error = await thrownBy(ProviderReplyError, () => parseDelivery('own', delivery));
      expect(error.message).toContain('Provider "own" returned an invalid delivery: ');
      expect(error.message).toMatch(problem);
    },
  );

  it.each(['send', 'resend', 'call'])(
    'that breaks the contract leaves the outcome of %s unknown, so the next provider does not send',
    async (method) => {
      const asked: string[] = [];
      const own = {
        name: 'own',
        codePattern: /^\d{6}$/,
        codeLifetime: 300,
        timeout: 1000,
        send: async () => Object({ kind: 'sent', reference: 'r', codeLifetime: 300 }),
        check: async () => Object({ verdict: 'rejected' }),
        [method]: async () => Object({ kind: 'sent', reference: 'r' }),
      };
      const next = { ...own, name: 'next', send: async () => Object(asked.push('next')) };
      const message = { destination: '+64211111111', content: undefined };
      const channel = method === 'call' ? 'call' : 'sms';
      const before = { reference: 'r' };
      const sending = await new FallbackChain(own, next).send({ ...message, channel, before });
      expect(sending).toMatchObject({ kind: 'failed', provider: 'own', neverSent: false });
      expect(Reflect.get(sending, 'error')).toBeInstanceOf(ProviderReplyError);
      expect(asked).toEqual([]);
    },
  );
});

const aboutVerdict = /"verdict" must be one of 'accepted', .*'exhausted'/;

describe('A check', () => {
  it.each([
    { verdict: 'accepted' },
    { verdict: 'rejected', attemptsRemaining: 0, requestId: 'q' },
    { verdict: 'exhausted', attemptsRemaining: undefined },
  ])('that follows the contract is returned as it is: %j', (check) => {
    expect(parseCheck('own', check)).toEqual(check);
  });

  it.each([
    { requestId: null },
    { requestId: 7 },
    { attemptsRemaining: null },
    { attemptsRemaining: 1.5 },
  ])('stays accepted when a detail for diagnosis is malformed: %j', (details) => {
    expect(parseCheck('own', { verdict: 'accepted', ...details })).toEqual({ verdict: 'accepted' });
  });

  it.each<[unknown, string | RegExp]>([
    [undefined, 'it must be an object'],
    [true, 'it must be an object'],
    [{}, aboutVerdict],
    [{ verdict: true }, aboutVerdict],
    [{ verdict: 'Accepted' }, "'exhausted', not 'Accepted'"],
    [{ verdict: 'accepted 123456' }, "not 'accepted …'"],
  ])(
    'that breaks the contract is an error with the provider and the field: %j',
    async (check, problem) => {
      const error = await thrownBy(ProviderReplyError, () => parseCheck('own', check));
      expect(error.message).toContain('Provider "own" returned an invalid check: ');
      expect(error.message).toMatch(problem);
    },
  );
});

import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from '../../../../lib/errors.js';
import { type ReceiptOptions, readReceipt } from '../../../../lib/nexmo.js';
import { type NexmoSignatureAlgorithm, sign } from '../../../../lib/providers/nexmo/signature.js';
import { minute, stopClock } from '../../../fixtures/clock.js';
import { construct } from '../../../fixtures/thrown.js';

const receipt = {
  msisdn: '12125550123',
  to: '22395',
  'network-code': '310260',
  messageId: '0C000000217B7F02',
  price: '0.00570000',
  status: 'delivered',
  scts: '3001011200',
  'err-code': '0',
  'message-timestamp': '2030-01-01 12:00:00',
  'client-ref': 'AAAA',
};

const read = (changed: object = {}, options?: ReceiptOptions) =>
  readReceipt({ ...receipt, ...changed }, options);

const partOf = (changed: object) => {
  const result = read(changed);
  if (!result.ok) throw new Error(result.reason);
  return result.receipt;
};

describe('A delivery receipt', () => {
  it('has the id and the state of the message', () => {
    expect(read()).toEqual({
      ok: true,
      receipt: {
        messageId: '0C000000217B7F02',
        status: 'delivered',
        word: 'delivered',
        problem: undefined,
        destination: '+12125550123',
        sender: '22395',
        network: '310260',
        price: '0.00570000',
        clientReference: 'AAAA',
        at: new Date('2030-01-01T12:00:00Z'),
      },
    });
  });

  it.each([
    ['delivered', 'delivered'],
    ['expired', 'failed'],
    ['failed', 'failed'],
    ['rejected', 'failed'],
    ['accepted', 'pending'],
    ['buffered', 'pending'],
    ['unknown', 'pending'],
    ['Delivered', 'pending'],
    ['whatever', 'pending'],
    ['__proto__', 'pending'],
    ['constructor', 'pending'],
  ])('with the status %s is %s', (word, status) => {
    expect(partOf({ status: word })).toMatchObject({ status, word });
  });

  it.each('1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 50 51 52 53 54 99'.split(' '))(
    'describes the error %s',
    (error) => {
      const { problem } = partOf({ status: 'failed', 'err-code': error });
      expect(problem).toMatch(/^[a-z ]+$/);
      expect(problem).not.toBe('an undocumented error');
    },
  );

  it.each(['16', '100', 'x', '', '-1', '__proto__'])(
    'describes the error %o as undocumented',
    (error) => {
      expect(partOf({ 'err-code': error }).problem).toBe('an undocumented error');
    },
  );

  it('may have only the message id and the status', () => {
    expect(readReceipt({ messageId: 'A', status: 'failed' })).toEqual({
      ok: true,
      receipt: { messageId: 'A', status: 'failed', word: 'failed' },
    });
  });

  it.each([
    [{ msisdn: '0211' }, 'destination'],
    [{ msisdn: '' }, 'destination'],
    [{ 'message-timestamp': 'yesterday' }, 'at'],
  ])('omits a malformed value: %o', (changed, name) => {
    expect(partOf(changed)).toHaveProperty(name, undefined);
  });

  it('may be a query object without a prototype', () => {
    expect(readReceipt(Object.assign(Object.create(null), receipt)).ok).toBe(true);
  });
});

describe('A13: a request that is no delivery receipt', () => {
  it.each([
    [undefined],
    [null],
    ['messageId=A&status=failed'],
    [7],
    [[]],
    [[receipt]],
    [{}],
    [{ ...receipt, messageId: undefined }],
    [{ ...receipt, messageId: '' }],
    [{ ...receipt, messageId: 'x'.repeat(201) }],
    [{ ...receipt, messageId: ['A', 'B'] }],
    [{ ...receipt, messageId: { $ne: null } }],
    [{ ...receipt, messageId: 7 }],
    [{ ...receipt, status: undefined }],
    [{ ...receipt, status: '' }],
    [{ ...receipt, status: 'x'.repeat(41) }],
    [{ ...receipt, status: ['delivered', 'failed'] }],
    [{ ...receipt, other: 'x'.repeat(1001) }],
    [{ ...receipt, other: { nested: 'x' } }],
    [{ msisdn: '12125550123', to: '22395', messageId: 'A', text: 'STOP' }],
  ])('A13: is not_a_receipt: %o', (parameters) => {
    expect(readReceipt(parameters)).toEqual({ ok: false, reason: 'not_a_receipt' });
    expect(readReceipt(parameters, { signatureSecret: 'secret' })).toEqual({
      ok: false,
      reason: 'not_a_receipt',
    });
  });
});

const algorithms: readonly (NexmoSignatureAlgorithm | undefined)[] = [
  undefined,
  'md5hash',
  'md5hmac',
  'sha1hmac',
  'sha256hmac',
  'sha512hmac',
];

describe.each(algorithms)('A delivery receipt that is signed with %s', (algorithm) => {
  const secret = 'canary-signature';
  const options: ReceiptOptions = { signatureSecret: secret, algorithm };
  const signed = (timestamp: string | undefined, key = secret) => {
    const time = timestamp === undefined ? {} : { timestamp };
    const parameters = { ...receipt, nonce: 'AAAA', ...time };
    const signingKey = { secret: key, algorithm: algorithm ?? 'md5hash' };
    return { ...parameters, sig: sign(parameters, signingKey) };
  };
  const noon = Date.UTC(2030, 0, 1, 12);
  const seconds = (milliseconds: number) => String((noon + milliseconds) / 1000);
  const atNoon = () => {
    stopClock();
    vi.setSystemTime(noon);
  };

  it('is accepted if it is recent', () => {
    atNoon();
    for (const age of [0, -5 * minute, 5 * minute]) {
      expect(readReceipt(signed(seconds(age)), options)).toMatchObject({ ok: true });
    }
  });

  it('is stale if it is older than five minutes, from the future, or has no timestamp', () => {
    atNoon();
    const old = [seconds(-5 * minute - 1000), seconds(5 * minute + 1000), undefined, '', 'now'];
    for (const timestamp of [...old, '1893499200.5', '-1893499200', '1e9', '9'.repeat(13)]) {
      expect(readReceipt(signed(timestamp), options)).toEqual({ ok: false, reason: 'stale' });
    }
  });

  it('is forged if it was changed, signed with another secret, or not signed', () => {
    atNoon();
    const good = signed(seconds(0));
    const { sig: _, ...unsigned } = good;
    const bad = [
      { ...good, status: 'failed' },
      { ...good, messageId: 'B' },
      { ...good, timestamp: seconds(1000) },
      { ...good, more: '1' },
      { ...good, sig: '' },
      signed(seconds(0), 'another'),
      unsigned,
    ];
    for (const parameters of bad) {
      expect(readReceipt(parameters, options)).toEqual({ ok: false, reason: 'forged' });
    }
  });

  it('is accepted unverified if the app has no secret', () => {
    expect(readReceipt(signed('0', 'another'))).toMatchObject({ ok: true });
  });
});

describe('The options of readReceipt', () => {
  it.each([
    [{ signatureSecret: '' }, 'must not be empty'],
    [{ signatureSecret: 7 }, 'must be a string'],
    [{ algorithm: 'md4' }, "must be one of 'md5hash'"],
    [{ signatureSecret: ['canary'] }, 'must be a string'],
    [{ secret: 'canary' }, '"secret"'],
  ])('are refused if invalid: %o', (options, words) => {
    class Read {
      constructor(given: ReceiptOptions) {
        readReceipt(receipt, given);
      }
    }
    try {
      construct(Read, options);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(String(error)).toContain(words);
      expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).not.toContain('canary');
    }
  });
});

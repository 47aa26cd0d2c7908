import { describe, expect, it } from 'vitest';
import {
  isSigned,
  type NexmoSignatureAlgorithm,
  sign,
} from '../../../../lib/providers/nexmo/signature.js';

const secret = 'canary-signature';

/** Unsorted, with a value that tries to pass for another parameter. */
const parameters = {
  timestamp: '1893499200',
  status: 'deli&vered=x',
  messageId: '0C000000217B7F02',
  'message-timestamp': '2030-01-01 12:00:00',
  a: '1',
  msisdn: '12125550123',
};

/** Computed by Python's hashlib and hmac over the string that Nexmo's document describes. */
const signatures: readonly [NexmoSignatureAlgorithm, string][] = [
  ['md5hash', 'bc01a2fb32aeaa5ba33ad96a6e16f5ee'],
  ['md5hmac', 'b46f5b321f24faf19499e4ffbc8dfaf3'],
  ['sha1hmac', '5f2839f8209c4ab05ecf337d81f5a83e14e64e16'],
  ['sha256hmac', '3dbfba7f2b9a09a73abaa3e622b7416889ef691923734c308fc78c32847f79e9'],
  [
    'sha512hmac',
    'bc9a1e32f5aaa7e97afc2c54bbd179d6b3a3115ca3d473ab2bb71f42acd11bb8ad603ca8f2b306a5f87fe6a00596d1357178e79132a4d6ed2ae65fda343e5c87',
  ],
];

describe.each(signatures)('A Nexmo signature with %s', (algorithm, sig) => {
  const key = { secret, algorithm };

  it('covers all other parameters, sorted by name, and no value can pass for another parameter', () => {
    expect(sign(parameters, key)).toBe(sig);
    expect(sign({ ...parameters, sig: 'anything' }, key)).toBe(sig);
  });

  it('is valid in lower case and in upper case', () => {
    expect(isSigned({ ...parameters, sig }, key)).toBe(true);
    expect(isSigned({ sig: sig.toUpperCase(), ...parameters }, key)).toBe(true);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['another value', { status: 'failed' }],
    ['another timestamp', { timestamp: '1893499201' }],
    ['one more parameter', { b: '2' }],
    ['an empty signature', { sig: '' }],
    ['half a signature', { sig: sig.slice(0, sig.length / 2) }],
    ['a longer signature', { sig: `${sig}0` }],
    ['a signature of zeros', { sig: '0'.repeat(sig.length) }],
    ['a signature in letters of two bytes', { sig: 'é'.repeat(sig.length) }],
    ['its last digit changed', { sig: sig.slice(0, -1) + (sig.endsWith('0') ? '1' : '0') }],
  ])('is not valid with %s', (_what, changed) => {
    expect(isSigned({ ...parameters, sig, ...changed }, key)).toBe(false);
  });

  it('is not valid when a parameter is missing, when it is missing itself, or with another secret', () => {
    const { status: _, ...fewer } = parameters;
    expect(isSigned({ ...fewer, sig }, key)).toBe(false);
    expect(isSigned(parameters, key)).toBe(false);
    expect(isSigned({ ...parameters, sig }, { ...key, secret: 'another' })).toBe(false);
  });

  it('is not valid for another algorithm', () => {
    for (const [other] of signatures) {
      const isValid = isSigned({ ...parameters, sig }, { secret, algorithm: other });
      expect(isValid).toBe(other === algorithm);
    }
  });
});

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const algorithms = ['md5hash', 'md5hmac', 'sha1hmac', 'sha256hmac', 'sha512hmac'] as const;

/** How a Nexmo account signs: with a hash over parameters and secret, or with one of four HMACs. */
export type NexmoSignatureAlgorithm = (typeof algorithms)[number];

/** `md5hash` is what an account uses unless its settings were changed. */
export const algorithmSchema = z
  .enum(algorithms, {
    error: "must be 'md5hash', 'md5hmac', 'sha1hmac', 'sha256hmac' or 'sha512hmac'",
  })
  .default('md5hash');

export interface SigningKey {
  /** The account's signature secret, which is not its API secret. */
  readonly secret: string;
  readonly algorithm: NexmoSignatureAlgorithm;
}

export type Parameters = Readonly<Record<string, string>>;

/** Constant-time comparison of `sig` with the signature of the other parameters. */
export function isSigned(parameters: Parameters, key: SigningKey): boolean {
  const expected = Buffer.from(sign(parameters, key));
  const given = Buffer.from((parameters['sig'] ?? '').toLowerCase());
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The signature in lower-case hexadecimal, by Nexmo's 'Signing messages'. */
export function sign(parameters: Parameters, { secret, algorithm }: SigningKey): string {
  const text = signedText(parameters);
  switch (algorithm) {
    case 'md5hash':
      return createHash('md5').update(`${text}${secret}`).digest('hex');
    case 'md5hmac':
    case 'sha1hmac':
    case 'sha256hmac':
    case 'sha512hmac':
      return createHmac(algorithm.replace('hmac', ''), secret).update(text).digest('hex');
  }
}

/** All parameters but `sig`, sorted by name. A '&' or '=' in a value is replaced: it could forge a parameter. */
function signedText(parameters: Parameters): string {
  return Object.entries(parameters)
    .filter(([name]) => name !== 'sig')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `&${name}=${value.replace(/[&=]/g, '_')}`)
    .join('');
}

// Nexmo's request signatures.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const algorithms = ['md5hash', 'md5hmac', 'sha1hmac', 'sha256hmac', 'sha512hmac'] as const;

/** How a Nexmo account signs: 'md5hash' hashes parameters and secret together, the others are HMACs. */
export type NexmoSignatureAlgorithm = (typeof algorithms)[number];

/** 'md5hash' is the default of a Nexmo account. */
export const algorithmSchema = z.enum(algorithms).default('md5hash');

export interface SigningKey {
  /** The account's signature secret, which is not its API secret. */
  readonly secret: string;
  readonly algorithm: NexmoSignatureAlgorithm;
}

export type Parameters = Readonly<Record<string, string>>;

/** Compares `sig` in constant time with the signature of the other parameters. */
export function isSigned(parameters: Parameters, key: SigningKey): boolean {
  const expected = Buffer.from(sign(parameters, key));
  const given = Buffer.from((parameters['sig'] ?? '').toLowerCase());
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Nexmo's 'Signing messages': the signature in lower-case hexadecimal. */
export function sign(parameters: Parameters, { secret, algorithm }: SigningKey): string {
  const content = signedContent(parameters);
  return algorithm === 'md5hash'
    ? createHash('md5').update(`${content}${secret}`).digest('hex')
    : createHmac(algorithm.replace('hmac', ''), secret).update(content).digest('hex');
}

/**
 * All parameters except `sig`, sorted by name. '&' and '=' in a value are replaced, so that no value can
 * pass for another parameter.
 */
function signedContent(parameters: Parameters): string {
  return Object.entries(parameters)
    .filter(([name]) => name !== 'sig')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `&${name}=${value.replaceAll(/[&=]/g, '_')}`)
    .join('');
}

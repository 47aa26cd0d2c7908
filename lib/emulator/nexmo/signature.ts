import { createHash, createHmac } from 'node:crypto';

/** How parameters are signed: by a hash over them and the secret, or by an HMAC of four kinds. */
export const algorithms = ['md5hash', 'md5hmac', 'sha1hmac', 'sha256hmac', 'sha512hmac'] as const;

export type NexmoSignatureAlgorithm = (typeof algorithms)[number];

export interface SigningKey {
  readonly secret: string;
  readonly algorithm: NexmoSignatureAlgorithm;
}

export type Parameters = ReadonlyMap<string, string>;

/** What `sig` must be beside these parameters, by Nexmo's 'Signing messages'. */
export function sign(parameters: Parameters, { secret, algorithm }: SigningKey): string {
  const signed = [...parameters]
    .filter(([name]) => name !== 'sig')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `&${name}=${value.replaceAll(/[&=]/g, '_')}`)
    .join('');
  return algorithm === 'md5hash'
    ? createHash('md5')
        .update(signed + secret)
        .digest('hex')
    : createHmac(algorithm.replace('hmac', ''), secret).update(signed).digest('hex');
}

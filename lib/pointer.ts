import type { Challenge, FirstFactor } from './challenge.js';

/** What a client holds of a challenge: two random ids and nothing that could be read or forged. */
export interface Pointer {
  readonly challengeId: string;
  readonly firstFactorId: string;
}

const written = /^([\w-]{22})\.([\w-]{22})$/;

/** As it travels in the session or in the body. */
export function writePointer(challenge: Challenge, firstFactor: FirstFactor): string {
  return `${challenge.id}.${firstFactor.id}`;
}

/** Anything that is not of our form is nothing: it never reaches a store. */
export function readPointer(value: unknown): Pointer | undefined {
  const [, challengeId, firstFactorId] = (typeof value === 'string' && written.exec(value)) || [];
  return challengeId === undefined || firstFactorId === undefined
    ? undefined
    : { challengeId, firstFactorId };
}

// What the samples of docs/other-factors.md take from the reader's app, in memory.
import type { createPasskey } from '../fixtures/passkey.js';
import type { Ids } from './sample-app.js';
import type { Files } from './samples.js';

type Passkey = Pick<ReturnType<typeof createPasskey>, 'id' | 'publicKey'>;

/** The stores of an app in which Alice and Bob have a passkey each, and Alice an authenticator app. */
export function storesOf(
  { alice, bob }: Ids,
  passkeys: { readonly alice: Passkey; readonly bob: Passkey },
  secret: string,
): Files {
  const rows = [
    { ...passkeys.alice, userId: alice },
    { ...passkeys.bob, userId: bob },
  ];
  return {
    'passkey-store.ts': `
      import type { WebAuthnCredential } from '@simplewebauthn/server';
      const stored: { userId: number; credential: WebAuthnCredential }[] =
        ${JSON.stringify(rows)}.map(({ id, publicKey, userId }) => ({
          userId,
          credential: { id, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter: 0 },
        }));
      export const passkeys = {
        of: async (userId: number) =>
          stored.filter((key) => key.userId === userId).map(({ credential }) => credential),
        find: async (id: string) => stored.find(({ credential }) => credential.id === id),
        used: async (id: string, counter: number) => {
          for (const { credential } of stored) if (credential.id === id) credential.counter = counter;
        },
      };`,
    'totp-store.ts': `
      const lastSteps = new Map<number, number>();
      const secrets = new Map([[${alice}, '${secret}']]);
      export const totp = {
        secretOf: async (userId: number) => secrets.get(userId),
        save: async (userId: number, secret: string, step: number) => {
          secrets.set(userId, secret);
          lastSteps.set(userId, step);
        },
        use: async (userId: number, step: number) => {
          if (step <= (lastSteps.get(userId) ?? 0)) return false;
          lastSteps.set(userId, step);
          return true;
        },
      };`,
  };
}

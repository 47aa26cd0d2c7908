// Logins of an app whose provider answers at once, so that the strategy alone is measured.
import { inMemory, TwoFactorStrategy } from 'passport-modica-2fa';
import { routesOf, signedOut } from '../requests.mjs';

const provider = {
  name: 'at-once',
  codePattern: /^\d{6}$/,
  codeLifetime: 600,
  timeout: 10_000,
  async send(destination) {
    return { kind: 'sent', reference: `reference of ${destination}`, codeLifetime: 600 };
  },
  async check() {
    return { verdict: 'accepted' };
  },
};
const { challenge, response } = routesOf(
  new TwoFactorStrategy(
    { ...inMemory(), provider, destination: ({ mobile }) => mobile },
    async ({ userId }) => ({ id: userId, mobile: userId }),
  ),
);

export async function begin(mobile) {
  const request = { ...signedOut(), user: { id: mobile, mobile } };
  const { code } = await challenge(request);
  if (code !== 'challenge_sent') throw new Error(code);
  return request.session;
}

export async function end(session) {
  const refusal = await response({ ...signedOut(session), body: { code: '123456' } });
  if (refusal) throw refusal;
}

export async function logIn(mobile) {
  await end(await begin(mobile));
}

export function heap() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

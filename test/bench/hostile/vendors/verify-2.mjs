import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { Verify2 } from '@vonage/verify2';
import { newCode, startVendor } from './vendor.mjs';

/**
 * Vonage Verify v2. While a number has a pending verification a further request sends nothing and is
 * answered with 409: "Concurrent verifications to the same number are not allowed", "In flight
 * verification needs to expire, fail or be completed" in
 * https://developer.vonage.com/de/api-errors/verify-v2. The members of that answer are those of the
 * fixtures in Vonage's own SDKs.
 */
export function startVerify2() {
  const pending = new Map();

  const create = ({ parameters, deliver }) => {
    const { to } = parameters.workflow[0];
    for (const [request_id, verification] of pending) {
      if (verification.to === to) return { status: 409, body: { ...conflict, request_id } };
    }
    const request_id = randomUUID();
    const code = newCode();
    pending.set(request_id, { to, code });
    deliver(to, code);
    return { status: 202, body: { request_id } };
  };

  const check = ({ path, parameters }) => {
    const request_id = path.slice('/v2/verify/'.length);
    const verification = pending.get(request_id);
    if (!verification) return { status: 404, body: { title: 'Not Found' } };
    if (verification.code !== parameters.code)
      return { status: 400, body: { title: 'Invalid Code' } };
    pending.delete(request_id);
    return { status: 200, body: { request_id, status: 'completed' } };
  };

  return startVendor({ isCheck: (path) => path !== '/v2/verify', create, check });
}

const conflict = {
  title: 'Conflict',
  type: 'https://www.developer.vonage.com/api-errors/verify#conflict',
  detail: 'Concurrent verifications to the same number are not allowed.',
  instance: '738f9313-418a-4259-9b0d-6670f06fa82d',
};

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

export function verify2On(apiHost) {
  const verify = new Verify2({ applicationId: randomUUID(), privateKey }, { apiHost });
  return {
    create: async (to) => {
      const workflow = [{ channel: 'sms', to }];
      return (await verify.newRequest({ brand: 'Bench', workflow })).requestId;
    },
    check: async (requestId, code) => (await verify.checkCode(requestId, code)) === 'completed',
  };
}

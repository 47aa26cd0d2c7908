import { randomUUID } from 'node:crypto';
import { startVendor } from './vendor.mjs';
import { verifications } from './verifications.mjs';

/**
 * Vonage Verify v2. While a number has a pending verification a further request sends nothing and is
 * answered with 409: "Concurrent verifications to the same number are not allowed", "In flight
 * verification needs to expire, fail or be completed" in
 * https://developer.vonage.com/de/api-errors/verify-v2. The members of that answer are those of the
 * fixtures in Vonage's own SDKs. A code that was wrong too many times is answered with 410 and ends the
 * workflow; that it is the third is how we read it. A pending request can be cancelled.
 */
export function startVerify2({ now, ...answering } = {}) {
  const pending = verifications({ newId: randomUUID, lifetime: 300, wrongCodes: 3, now });

  const create = ({ parameters, deliver }) => {
    const { to } = parameters.workflow[0];
    const known = pending.ofNumber(to);
    if (known) return { status: 409, body: { ...conflict, request_id: known.id } };
    const { id: request_id, code } = pending.open(to);
    // The API writes numbers without a plus, and takes both.
    deliver(`+${to.replace(/^\+/, '')}`, code);
    return { status: 202, body: { request_id } };
  };

  const check = ({ method, path, parameters }) => {
    const request_id = path.slice('/v2/verify/'.length);
    const verification = pending.withId(request_id);
    if (!verification) return { status: 404, body: { title: 'Not Found' } };
    if (method === 'DELETE') {
      pending.close(verification);
      return { status: 204 };
    }
    if (pending.compare(verification, parameters.code) !== 'right') {
      if (verification.wrong < 3) return { status: 400, body: { title: 'Invalid Code' } };
      pending.close(verification);
      return { status: 410, body: { title: 'Invalid Code' } };
    }
    pending.close(verification);
    return { status: 200, body: { request_id, status: 'completed' } };
  };

  const isCheck = (path) => path !== '/v2/verify';
  return startVendor({ isCheck, create, check, compared: pending.compared }, answering);
}

const conflict = {
  title: 'Conflict',
  type: 'https://www.developer.vonage.com/api-errors/verify#conflict',
  detail: 'Concurrent verifications to the same number are not allowed.',
  instance: '738f9313-418a-4259-9b0d-6670f06fa82d',
};

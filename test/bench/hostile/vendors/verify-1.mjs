import { randomUUID } from 'node:crypto';
import { newCode, startVendor } from './vendor.mjs';

/**
 * Vonage (Nexmo) Verify v1. While a number has a pending verification a further request sends nothing
 * and is answered with status 10 and a `request_id`: "10 | Concurrent verifications to the same number
 * are not allowed. | This will return a `request_id`." in
 * https://developer.vonage.com/api/v1/developer/api/file/verify?format=json&vendorId=vonage (1.2.4).
 * That it is the pending one's is how we read it, and what the strategy measured here relies on.
 */
export function startVerify1() {
  const pending = new Map();

  const create = ({ number }, deliver) => {
    const to = `+${number.replace(/\D/g, '')}`;
    for (const [request_id, verification] of pending) {
      if (verification.to !== to) continue;
      const error_text = 'Concurrent verifications to the same number are not allowed';
      return { request_id, status: '10', error_text };
    }
    const request_id = randomUUID().replaceAll('-', '');
    const code = newCode();
    pending.set(request_id, { to, code });
    deliver(to, code);
    return { request_id, status: '0' };
  };

  const check = ({ request_id, code }) => {
    const verification = pending.get(request_id);
    if (!verification) return { request_id, status: '6', error_text: 'No such request' };
    if (verification.code !== code) {
      const error_text = 'The code provided does not match the expected value';
      return { request_id, status: '16', error_text };
    }
    pending.delete(request_id);
    return { request_id, event_id: randomUUID(), status: '0', price: '0.10', currency: 'EUR' };
  };

  // Refusals too are answered with 200.
  const ok = (body) => ({ status: 200, body });
  return startVendor({
    isCheck: (path) => path === '/verify/check/json',
    create: ({ parameters, deliver }) => ok(create(parameters, deliver)),
    check: ({ parameters }) => ok(check(parameters)),
  });
}

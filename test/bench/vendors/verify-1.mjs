import { randomUUID } from 'node:crypto';
import { startVendor } from './vendor.mjs';
import { verifications } from './verifications.mjs';

/**
 * Vonage (Nexmo) Verify v1. While a number has a pending verification a further request sends nothing
 * and is answered with status 10 and a `request_id`: "10 | Concurrent verifications to the same number
 * are not allowed. | This will return a `request_id`." in
 * https://developer.vonage.com/api/v1/developer/api/file/verify?format=json&vendorId=vonage (1.2.4).
 * That it is the pending one's is how we read it, and what the strategy measured here relies on. Its status 17
 * says that a wrong code was provided too many times; that it comes with the third is how we read it.
 */
export function startVerify1({ now, ...answering } = {}) {
  const newId = () => randomUUID().replaceAll('-', '');
  const pending = verifications({ newId, lifetime: 300, wrongCodes: 3, now });

  const create = ({ number }, deliver) => {
    const to = `+${number.replace(/\D/g, '')}`;
    const known = pending.ofNumber(to);
    if (known) {
      const error_text = 'Concurrent verifications to the same number are not allowed';
      return { request_id: known.id, status: '10', error_text };
    }
    const { id: request_id, code } = pending.open(to);
    deliver(to, code);
    return { request_id, status: '0' };
  };

  const check = ({ request_id, code }) => {
    const verification = pending.withId(request_id);
    if (!verification) return { request_id, status: '6', error_text: 'No such request' };
    if (pending.compare(verification, code) !== 'right') {
      if (verification.wrong < 3) {
        const error_text = 'The code provided does not match the expected value';
        return { request_id, status: '16', error_text };
      }
      pending.close(verification);
      return { request_id, status: '17', error_text: 'A wrong code was provided too many times' };
    }
    pending.close(verification);
    return { request_id, event_id: randomUUID(), status: '0', price: '0.10', currency: 'EUR' };
  };

  // Refusals too are answered with 200.
  const ok = (body) => ({ status: 200, body });
  return startVendor(
    {
      isCheck: (path) => path === '/verify/check/json',
      create: ({ parameters, deliver }) => ok(create(parameters, deliver)),
      check: ({ parameters }) => ok(check(parameters)),
      compared: pending.compared,
    },
    answering,
  );
}

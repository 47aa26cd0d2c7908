import { randomBytes } from 'node:crypto';
import { startVendor } from './vendor.mjs';
import { verifications } from './verifications.mjs';

/**
 * Twilio Verify v2. A further request sends the pending code once more: "The token remains the same
 * during its validity period until the verification is successful" in
 * https://www.twilio.com/docs/verify/api/rate-limits-and-timeouts; after five it is answered with 429
 * and error 60203, https://www.twilio.com/docs/api/errors/60203, and a check after five wrong codes with 429
 * and error 60202, https://www.twilio.com/docs/api/errors/60202. Error 60212 (too many concurrent
 * requests) has no documented threshold and is left out.
 */
export function startTwilioVerify({ now, ...answering } = {}) {
  const newId = () => `VE${randomBytes(16).toString('hex')}`;
  const pending = verifications({ newId, lifetime: 600, wrongCodes: 5, now });

  const create = ({ parameters, deliver }) => {
    const { To: to } = parameters;
    const known = pending.ofNumber(to);
    if (known?.sent === 5) return tooMany(60203, 'Max send attempts reached');
    if (known) known.sent += 1;
    const { id: sid, code } = known ?? pending.open(to);
    deliver(to, code);
    return { status: 201, body: { sid, to, status: 'pending', valid: false } };
  };

  const check = ({ parameters }) => {
    const { VerificationSid: sid, Code: code } = parameters;
    const verification = pending.withId(sid);
    if (!verification) return { status: 404, body: { code: 20404, status: 404 } };
    const result = pending.compare(verification, code);
    if (result === 'too many') return tooMany(60202, 'Max check attempts reached');
    const valid = result === 'right';
    if (valid) pending.close(verification);
    return { status: 201, body: { sid, status: valid ? 'approved' : 'pending', valid } };
  };

  const isCheck = (path) => path.endsWith('/VerificationCheck');
  return startVendor({ isCheck, create, check, compared: pending.compared }, answering);
}

const tooMany = (code, message) => ({ status: 429, body: { code, message, status: 429 } });

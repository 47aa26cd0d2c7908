import { randomBytes } from 'node:crypto';
import { verifyServiceOn } from '../../local-twilio.mjs';
import { newCode, startVendor } from './vendor.mjs';

/**
 * Twilio Verify v2. A further request sends the pending code once more: "The token remains the same
 * during its validity period until the verification is successful" in
 * https://www.twilio.com/docs/verify/api/rate-limits-and-timeouts; after five it is answered with 429
 * and error 60203, https://www.twilio.com/docs/api/errors/60203. Error 60212 (too many concurrent
 * requests) has no documented threshold and is left out.
 */
export function startTwilioVerify() {
  const pending = new Map();

  const create = ({ parameters, deliver }) => {
    const { To: to } = parameters;
    if (!pending.has(to))
      pending.set(to, { sid: `VE${randomBytes(16).toString('hex')}`, code: newCode(), sent: 0 });
    const verification = pending.get(to);
    if (verification.sent === 5) {
      const body = { code: 60203, message: 'Max send attempts reached', status: 429 };
      return { status: 429, body };
    }
    verification.sent += 1;
    deliver(to, verification.code);
    return { status: 201, body: { sid: verification.sid, to, status: 'pending', valid: false } };
  };

  const check = ({ parameters }) => {
    const { VerificationSid: sid, Code: code } = parameters;
    const [to, verification] = [...pending].find(([, each]) => each.sid === sid) ?? [];
    if (!verification) return { status: 404, body: { code: 20404, status: 404 } };
    const valid = verification.code === code;
    if (valid) pending.delete(to);
    return { status: 201, body: { sid, to, status: valid ? 'approved' : 'pending', valid } };
  };

  return startVendor({ isCheck: (path) => path.endsWith('/VerificationCheck'), create, check });
}

export function twilioVerifyOn(url) {
  const service = verifyServiceOn(url);
  return {
    create: async (to) => (await service.verifications.create({ to, channel: 'sms' })).sid,
    check: async (verificationSid, code) =>
      (await service.verificationChecks.create({ verificationSid, code })).status === 'approved',
  };
}

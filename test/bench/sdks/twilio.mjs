import { randomBytes } from 'node:crypto';
import twilio from 'twilio';

const newSid = (kind) => kind + randomBytes(16).toString('hex');

/**
 * Twilio's SDK, whose requests go to another place. No option names the host; an HTTP client of one's own is
 * Twilio's documented way, and this one is Twilio's in all but that.
 */
function clientOn(url) {
  class LocalRequests extends twilio.RequestClient {
    request(options) {
      const uri = options.uri.replace(/^https:\/\/(?:verify|api)\.twilio\.com/, url);
      return super.request({ ...options, uri });
    }
  }
  return twilio(newSid('AC'), 'token', { httpClient: new LocalRequests() });
}

export const verifyServiceOn = (url) => clientOn(url).verify.v2.services(newSid('VA'));

/** Twilio Verify: it makes, sends and checks the code. */
export function twilioVerifyOn(url) {
  const service = verifyServiceOn(url);
  const create = async (to) => (await service.verifications.create({ to, channel: 'sms' })).sid;
  return {
    create,
    /** The same code once more. */
    resend: (_sid, to) => create(to),
    check: (verificationSid, code) =>
      service.verificationChecks.create({ verificationSid, code }).then(
        ({ status }) => status === 'approved',
        (error) => {
          // No such verification, too many wrong codes.
          if ([404, 429].includes(error.status)) return false;
          throw error;
        },
      ),
  };
}

/** Twilio's API for messages: the app makes and checks the code. */
export function twilioMessagesOn(url) {
  const { messages } = clientOn(url);
  return { send: (to, body) => messages.create({ to, from: '+12125550000', body }) };
}

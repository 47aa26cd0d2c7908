import { twilioVerifyOn } from '../../sdks/twilio.mjs';
import { verify2On } from '../../sdks/verify-2.mjs';
import { mountSms } from '../../sms-routes.mjs';
import { startTwilioVerify } from '../../vendors/twilio-verify.mjs';
import { startVerify2 } from '../../vendors/verify-2.mjs';
import { startNodes } from '../nodes.mjs';
import { password } from '../users.mjs';

/** What one writes in an afternoon with passport-custom and the SDK of a vendor. */
export const handWrittenOnVonage = {
  name: 'passport-custom + @vonage/verify2',
  start: () => startOn(startVerify2, verify2On),
};

/** The same on a vendor whose answer to a second wish is a second SMS, with the same code. */
export const handWrittenOnTwilio = {
  name: 'passport-custom + twilio',
  start: () => startOn(startTwilioVerify, twilioVerifyOn),
};

async function startOn(startVendor, verificationsOn) {
  const vendor = await startVendor();
  const nodes = await startNodes({
    mount: (node) => mountSms(node, secondFactor(verificationsOn(vendor.url))),
    isLoggedIn: (request) => request.isAuthenticated(),
  });
  const ask = (browser, user) => browser.post('/login', { username: user.id, password });
  return {
    ...vendor,
    nodes: nodes.urls,
    firstFactor: (browser) => browser.get('/login'),
    openForm: (browser) => browser.get('/login'),
    ask,
    // It has no resend: an impatient user sends the first form once more.
    askAgain: ask,
    enter: (browser, code) => browser.post('/login/code', { code }),
    stop: async () => {
      await nodes.stop();
      await vendor.stop();
    },
  };
}

const secondFactor = (verifications) => async (request, done) => {
  try {
    const { code } = request.body;
    if (code === undefined) {
      const requestId = await verifications.create(request.user.mobile);
      request.session.secondFactor = { requestId, user: request.user };
      return done(null, false);
    }
    const pending = request.session.secondFactor;
    if (!pending) return done(null, false);
    const isRight = await verifications.check(pending.requestId, code);
    done(null, isRight && pending.user);
  } catch (error) {
    done(error);
  }
};

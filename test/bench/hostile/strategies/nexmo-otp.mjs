import Nexmo from 'nexmo';
import { Strategy as OtpStrategy } from 'passport-nexmo-otp';
import { startVerify1 } from '../../vendors/verify-1.mjs';
import { startNodes } from '../nodes.mjs';
import { password } from '../users.mjs';
import { flash } from './flash.mjs';

/** passport-nexmo-otp as its README mounts it, after a login by password, on the SDK it asks for. */
export const nexmoOtp = { name: 'passport-nexmo-otp', start };

async function start() {
  const vendor = await startVerify1();
  const { hostname, port } = new URL(vendor.url);
  const nodes = await startNodes({
    mount: (node) =>
      mountOn(node, {
        brand: 'Bench',
        // By any other port than 443 the SDK speaks plain HTTP.
        nexmo: new Nexmo(
          { apiKey: 'key', apiSecret: 'secret' },
          { apiHost: hostname, port: Number(port) },
        ),
      }),
    isLoggedIn: ({ session }) => session.passport?.otp_verified !== undefined,
  });

  // Where the SDK has no answer the strategy reads `response.status` of undefined, in a listener of
  // the socket, and a process ends by that. Here its connections are cut, and both nodes are back at
  // once with all sessions, which is the best that a supervisor and a store outside can do.
  process.setUncaughtExceptionCaptureCallback((error) => {
    if (!String(error.stack).includes('passport-nexmo-otp')) throw error;
    nodes.cut();
  });

  return {
    ...vendor,
    nodes: nodes.urls,
    firstFactor: (browser, user) => browser.post('/login', { username: user.id, password }),
    openForm: (browser) => browser.get('/otp'),
    // The strategy itself puts +1 before the number.
    ask: (browser, user) => browser.post('/otp', { phone: user.mobile.slice(2) }),
    // It has no resend: an impatient user sends the form with the number once more.
    askAgain: (browser, user) => browser.post('/otp', { phone: user.mobile.slice(2) }),
    enter: (browser, code) => browser.post('/otp', { code }),
    stop: async () => {
      await nodes.stop();
      await vendor.stop();
      process.setUncaughtExceptionCaptureCallback(null);
    },
  };
}

function mountOn({ app, passport }, options) {
  app.use(flash);
  passport.use('otp', new OtpStrategy(options));
  app.post('/login', passport.authenticate('local'), (_request, response) => response.end());
  app.get('/otp', (_request, response) => response.end());
  app.post(
    '/otp',
    passport.authenticate('otp', {
      failureRedirect: '/otp',
      failureFlash: true,
      successRedirect: '/',
    }),
    // The strategy ends in pass() and names no user, so that nothing is redirected by Passport.
    (_request, response) => response.redirect('/'),
  );
}

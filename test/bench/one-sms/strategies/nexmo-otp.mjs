import { secondFactor } from '../../side-by-side/apps/nexmo-otp.mjs';
import { startVerify1 } from '../../vendors/verify-1.mjs';
import { startNodes } from '../nodes.mjs';
import { password } from '../users.mjs';

export const nexmoOtp = { name: 'passport-nexmo-otp', start };

async function start() {
  const vendor = await startVerify1();
  const nodes = await startNodes(await secondFactor({ vendor }));

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

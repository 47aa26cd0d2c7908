// What a browser does: better-auth's client posts JSON to its endpoints.
export const requests = 4;
export const calls = 1;
export const firstFactor = (browser, { email, password }) =>
  browser.postJson('/api/auth/sign-in/email', { email, password });
export const openForm = (browser) => browser.get('/api/auth/get-session');
export const ask = (browser) => browser.postJson('/api/auth/two-factor/send-otp', {});
export const askAgain = ask;
export const enter = (browser, code) =>
  browser.postJson('/api/auth/two-factor/verify-otp', { code });

export async function begin(browser, user) {
  const signedIn = await firstFactor(browser, user);
  return signedIn.status === 200 ? ask(browser, user) : signedIn;
}

/** Whether the app has checked a code: it is correct, or incorrect. */
export const isComparedByApp = ({ status, body }) =>
  status === 200 || body.includes('INVALID_CODE');

/** Whether the answer to `ask` says that a code was sent. */
export const saysSent = ({ status }) => status === 200;

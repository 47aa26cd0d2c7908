// What a browser does with better-auth's endpoints, which a client's code asks with JSON.
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
  await firstFactor(browser, user);
  return ask(browser, user);
}

/** It compares codes itself, and says so of a wrong one. */
export const isComparedByApp = ({ body }) => body.includes('INVALID_CODE');

/** Whether an answer to `ask` leads on to the code. */
export const saysSent = ({ status }) => status === 200;

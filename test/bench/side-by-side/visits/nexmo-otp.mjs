// What a browser does: a second form, after that for the password, posts the phone number.
export const requests = 4;
export const calls = 2;
export const firstFactor = (browser, { id, password }) =>
  browser.post('/login', { username: id, password });
export const openForm = (browser) => browser.get('/otp');
// The strategy itself puts +1 before the number.
export const ask = (browser, { mobile }) => browser.post('/otp', { phone: mobile.slice(2) });
// It has no resend: an impatient user sends the form with the number once more.
export const askAgain = ask;
export const enter = (browser, code) => browser.post('/otp', { code });

export async function begin(browser, user) {
  await firstFactor(browser, user);
  return ask(browser, user);
}

/** Whether the answer to `ask` says that a code was sent; failures redirect to the same page. */
export const saysSent = ({ location }) => location === '/otp';

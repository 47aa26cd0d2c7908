// What a browser does: one form posts the password and the phone number, and then the code.
export const requests = 3;
export const calls = 2;
export const firstFactor = (browser) => browser.get('/login');
export const openForm = firstFactor;
// The strategy itself puts +1 before the number.
export const ask = (browser, { id, password, mobile }) =>
  browser.post('/login', { username: id, password, phone: mobile.slice(2) });
// It has no resend: an impatient user submits the first form again.
export const askAgain = ask;
export const enter = (browser, code) => browser.post('/login', { code });
export const begin = ask;

/** Whether the answer to `ask` redirects to the page with the next form, as a refusal does too. */
export const saysSent = ({ location }) => location === '/login';

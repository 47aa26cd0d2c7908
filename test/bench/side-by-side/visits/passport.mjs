// What a browser does where password and wish for a code are one form.
export const requests = 3;
export const calls = 2;
export const firstFactor = (browser) => browser.get('/login');
export const openForm = (browser) => browser.get('/login');
export const ask = (browser, { id, password }) =>
  browser.post('/login', { username: id, password });
export const askAgain = (browser) => browser.post('/login/code', { resend: '1' });
export const enter = (browser, code) => browser.post('/login/code', { code });
export const begin = ask;

/** Whether an answer to `ask` leads on to the code. */
export const saysSent = ({ location }) => location === '/login/code';

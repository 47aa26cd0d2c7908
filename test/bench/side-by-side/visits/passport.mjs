// What a browser does: posting the password also requests the code.
export const requests = 3;
export const calls = 2;
export const firstFactor = (browser) => browser.get('/login');
export const openForm = (browser) => browser.get('/login');
export const ask = (browser, { id, password }) =>
  browser.post('/login', { username: id, password });
export const askAgain = (browser) => browser.post('/login/code', { resend: '1' });
export const enter = (browser, code) => browser.post('/login/code', { code });
export const begin = ask;

/** Whether the answer to `ask` says that a code was sent. */
export const saysSent = ({ location }) => location === '/login/code';

import { demoUser, newUser } from './demonstration.js';

/** Printed at the start: the requests of each journey. */
export function greeting(port: string, demonstration: boolean): string {
  const url = `http://localhost:${port}`;
  if (!demonstration) return `Listening at ${url}`;
  const post = (path: string, body: object, options = '') =>
    `curl ${url}${path}${options} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
  const token = ' -H "authorization: Bearer $TOKEN"';
  const answer = { challenge: '…', code: '…' };
  const transfer = { to: 'kiri', amount: 5 };
  const number = { mobile: '+64215550123' };
  return `
Listening at ${url} with an emulator of Modica's API: no SMS is sent.

Log in. The code is on the demo phone, the challenge's id in each 401:
  ${post('/login', demoUser)}
  curl ${url}/handset.json
  ${post('/login/code', answer)}
  TOKEN=…
  curl ${url}/me${token}

Approve a transfer:
  ${post('/transfers', transfer, token)}
  ${post('/transfers', { ...transfer, ...answer }, token)}

Step up for a token of a fresh code, which the next requests need five minutes after the login:
  ${post('/step-up', {}, token)}
  ${post('/step-up', answer, token)}

Make recovery codes, and log in with one:
  curl ${url}/me/recovery-codes -X POST${token}
  ${post('/login', { ...demoUser, recoveryCode: '…' })}

Change the number; or add a first one, as a user without a number:
  ${post('/me/mobile', number, token)}
  ${post('/me/mobile', { ...number, ...answer }, token)}
  ${post('/login', newUser)}
`;
}

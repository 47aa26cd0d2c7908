import { demoUser } from './demonstration.js';

/** Printed at the start: how to log in. */
export function greeting(port: string, demonstration: boolean): string {
  const url = `http://localhost:${port}`;
  if (!demonstration) return `Listening at ${url}`;
  const post = (path: string, body: object) =>
    `curl ${url}${path} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
  return `
Listening at ${url} with an emulator of Modica's API: no SMS is sent.

  ${post('/login', demoUser)}
  curl ${url}/handset.json
  ${post('/login/code', { challenge: '…', code: '…' })}
  curl ${url}/me -H 'authorization: Bearer …'
`;
}

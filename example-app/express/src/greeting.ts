import { demoUser } from './demonstration.js';

/** What to try first. */
export function greeting(port: number | undefined, demonstration: boolean): string {
  const url = `http://localhost:${port}`;
  if (!demonstration) return `Listening at ${url}`;
  const { username, password } = demoUser;
  const post = (path: string, body: object) =>
    `curl -b jar -c jar ${url}${path} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
  return `
Listening at ${url} with an emulator of Modica's API: no SMS is sent.
Log in as ${username} with ${password}; the phone that gets the codes is at ${url}/handset

The same as JSON:
  ${post('/api/login', { username, password })}
  curl ${url}/handset.json
  ${post('/api/login/code', { code: '…' })}
  curl -b jar ${url}/api/me
`;
}

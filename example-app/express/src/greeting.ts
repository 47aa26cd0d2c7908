import { type Demonstration, demoUser } from './demonstration.js';

const names = { modica: 'Modica', infobip: 'Infobip', nexmo: 'Nexmo' } as const;

/** Printed at the start: how to log in. */
export function greeting(
  port: number | undefined,
  demonstration: Pick<Demonstration, 'name' | 'outOfReach'> | undefined,
): string {
  const url = `http://localhost:${port}`;
  if (!demonstration) return `Listening at ${url}`;
  const { username, password } = demoUser;
  const { name, outOfReach } = demonstration;
  const notReached = outOfReach
    ? `\nMessages to ${outOfReach} are never delivered: add it as your number to see the code page for that.`
    : '';
  const post = (path: string, body: object) =>
    `curl -b jar -c jar ${url}${path} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
  return `
Listening at ${url} with an emulator of ${names[name]}'s API: no SMS is sent.
Log in as ${username} with ${password}; codes arrive on the demo phone at ${url}/handset${notReached}

The same as JSON:
  ${post('/api/login', { username, password })}
  curl ${url}/handset.json
  ${post('/api/login/code', { code: '…' })}
  curl -b jar ${url}/api/me
`;
}

// Logs somebody in to the app that a module starts: `node shared/log-in.mjs app.mjs`
import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [file = ''] = process.argv.slice(2);
const { startApp } = await import(pathToFileURL(path.resolve(file)).href);
const { url, emulator, stop } = await startApp();

let cookie = '';

async function post(path, body) {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
  });
  cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
  return { status: answer.status, body: await answer.json() };
}

const asked = await post('/login', { username: 'alice', password: 'right' });
assert.deepEqual([asked.status, asked.body.code], [401, 'challenge_sent']);

const code = emulator.messages.at(-1)?.code;
const wrong = code === '000000' ? '111111' : '000000';
const challenge = asked.body.challenge?.id;
const refused = await post('/login/code', { challenge, code: wrong });
assert.deepEqual([refused.status, refused.body.code], [401, 'code_incorrect']);

const answered = await post('/login/code', { challenge, code });
assert.deepEqual(answered, { status: 200, body: { id: 1 } });

await stop();
process.stdout.write(`ok on Node ${process.versions.node}\n`);

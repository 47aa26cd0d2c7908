import { randomInt } from 'node:crypto';
import { listen } from '../listening.mjs';
import { answerTime } from './answer-time.mjs';

/**
 * A vendor of verifications on this machine, which keeps the SMS it would send. `create` and `check`
 * take `path`, `parameters` of query and body, and `deliver`; they give back `status` and `body`.
 */
export async function startVendor({ isCheck, create, check }) {
  const messages = [];
  const deliver = (to, code) => messages.push({ to, code });
  const untilAnswered = answerTime();
  let lose = false;
  const server = await listen(async (request, response) => {
    const { pathname: path, searchParams } = new URL(request.url, 'http://vendor');
    const parameters = { ...Object.fromEntries(searchParams), ...(await bodyOf(request)) };
    const { status, body } = (isCheck(path) ? check : create)({ path, parameters, deliver });
    const isLost = lose;
    lose = false;
    if (!isCheck(path)) await untilAnswered();
    if (isLost) return request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  return {
    url: server.url,
    stop: server.stop,
    messages: () => messages,
    /** The SMS is sent, and the app never gets to know. */
    loseNextAnswer: () => {
      lose = true;
    },
  };
}

export const newCode = () => String(randomInt(100_000, 1_000_000));

async function bodyOf(request) {
  let text = '';
  for await (const part of request) text += part;
  if (text === '') return {};
  const isJson = request.headers['content-type']?.startsWith('application/json');
  return isJson ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
}

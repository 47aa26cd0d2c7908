import { listen } from '../listening.mjs';
import { answerTime } from './answer-time.mjs';

/**
 * A vendor on this machine, which keeps the SMS it would send. `create` and `check` take `method`,
 * `path`, `parameters` of query and body, and `deliver`; they give back `status` and `body`.
 */
export async function startVendor(
  { isCheck, create, check, compared },
  { untilSent = answerTime(), untilChecked = () => undefined } = {},
) {
  const messages = [];
  const newest = new Map();
  const deliver = (to, code) => {
    messages.push({ to, code });
    newest.set(to, code);
  };
  let lost = 0;
  let failing = false;
  const server = await listen(async (request, response) => {
    const { pathname: path, searchParams } = new URL(request.url, 'http://vendor');
    const parameters = { ...Object.fromEntries(searchParams), ...(await bodyOf(request)) };
    const isSend = !isCheck(path);
    if (failing) return answer(response, { status: 503, body: {} });
    const reply = (isSend ? create : check)({
      method: request.method,
      path,
      parameters,
      deliver,
    });
    const isLost = lost > 0;
    if (isLost) lost -= 1;
    await (isSend ? untilSent() : untilChecked());
    if (isLost) return request.socket.destroy();
    answer(response, reply);
  });
  return {
    url: server.url,
    stop: server.stop,
    messages: () => messages,
    newestCode: (to) => newest.get(to),
    compared,
    /** Processes the next requests, but closes their connections without an answer. */
    loseAnswers(count) {
      lost = count;
    },
    /** Whether to answer each request with 503, without processing it. */
    fail(value) {
      failing = value;
    },
  };
}

function answer(response, { status, body }) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body && JSON.stringify(body));
}

async function bodyOf(request) {
  let text = '';
  for await (const part of request) text += part;
  if (text === '') return {};
  const isJson = request.headers['content-type']?.startsWith('application/json');
  return isJson ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
}

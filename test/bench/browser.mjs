import http from 'node:http';

/** A connection for each request: an app that ends and starts again is met by no dead one. */
const unshared = new http.Agent({ keepAlive: false });

/**
 * A browser with cookies, at an address of its own if the app trusts its proxy. Its requests go to the nodes
 * in turn, as a load balancer deals them. Each returns `status`, `location` and `body`. It waits `patience`
 * milliseconds for a page.
 */
export function openBrowser(
  nodes,
  { address, cookies = new Map(), patience = 4000, agent = unshared } = {},
) {
  let sent = 0;

  async function send(method, path, type, body) {
    const node = nodes[sent % nodes.length];
    sent += 1;
    const headers = { origin: node };
    if (address) headers['x-forwarded-for'] = address;
    if (cookies.size > 0) headers.cookie = written(cookies);
    if (body !== undefined) {
      headers['content-type'] = type;
      headers['content-length'] = Buffer.byteLength(body);
    }
    try {
      const answer = await exchange(
        new URL(path, node),
        { method, headers, agent, timeout: patience },
        body,
      );
      keep(cookies, answer.headers['set-cookie']);
      return { status: answer.status, location: answer.headers.location, body: answer.body };
    } catch ({ message }) {
      // A page that does not load is nothing that the user could act on but by trying again.
      return { status: 'no answer', reason: message, body: '' };
    }
  }

  return {
    cookies,
    get: (path) => send('GET', path),
    post: (path, form) =>
      send('POST', path, 'application/x-www-form-urlencoded', String(new URLSearchParams(form))),
    postJson: (path, value) => send('POST', path, 'application/json', JSON.stringify(value)),
  };
}

const written = (cookies) => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

function keep(cookies, set = []) {
  for (const each of set) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(each);
    if (value === '') cookies.delete(name);
    else cookies.set(name, value);
  }
}

function exchange(url, options, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: text }),
      );
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
    request.end(body);
  });
}

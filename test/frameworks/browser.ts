import request, { type Response } from 'supertest';

/** What a browser has of cookies. */
class Jar {
  readonly #held = new Map<string, string>();

  keep(answer: Response): void {
    for (const cookie of [answer.headers['set-cookie'] ?? []].flat()) {
      const [pair = ''] = cookie.split(';');
      const [name = '', value] = pair.split(/=(.*)/s);
      if (value) this.#held.set(name, value);
      else this.#held.delete(name);
    }
  }

  toString(): string {
    return [...this.#held].map((pair) => pair.join('=')).join('; ');
  }
}

/** A client that keeps its cookies, shows them, and begins with those that it is given. */
export function browserAt(url: string, cookies?: string) {
  const jar = new Jar();
  const send = async (
    method: 'get' | 'post',
    path: string,
    body?: object | string,
    type = 'application/json',
  ): Promise<Response> => {
    const held = String(jar) || cookies;
    const asked = request(url)[method](path);
    if (held) asked.set('Cookie', held);
    if (body !== undefined) asked.type(type).send(body);
    const answer = await asked;
    jar.keep(answer);
    return answer;
  };
  return {
    cookies: () => String(jar),
    post: (path: string, body?: object) => send('post', path, body),
    postText: (path: string, type: string, text: string) => send('post', path, text, type),
    login: (username = 'alice', password = 'right') =>
      send('post', '/login', { username, password }),
    enter: (code: string) => send('post', '/login/code', { code }),
    resend: () => send('post', '/login/code', { resend: true }),
    /** Whom the app takes this client for. */
    me: async (): Promise<unknown> => (await send('get', '/me')).body.user?.name,
    /** Whether the app takes its second factor for proved in this login. */
    fresh: async (): Promise<unknown> => (await send('get', '/me')).body.fresh,
  };
}

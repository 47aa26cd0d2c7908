import request, { type Response } from 'supertest';

/** The cookies of a browser. */
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

/** A client that keeps its cookies. It can start with cookies of another client. */
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
    /** The name of the user that this client is logged in as. */
    me: async (): Promise<unknown> => (await send('get', '/me')).body.user?.name,
    /** Whether hasSecondFactor is true for this client. */
    fresh: async (): Promise<unknown> => (await send('get', '/me')).body.fresh,
  };
}

import http from 'node:http';
import got from 'got';

/** Two bare calls of got's with the same payload and an agent of the same kind. */
export default function contender({ account: { baseUrl, username, password } }) {
  // Lets go of an idle connection before the emulator does: other contenders have their turns meanwhile.
  const agent = { http: new http.Agent({ keepAlive: true, timeout: 4000 }) };
  const ids = new Map();
  const headers = { accept: 'application/vnd.modica.2fa.v1+json' };
  const post = (path, json) =>
    got.post(baseUrl + path, { json, headers, username, password, agent }).json();
  return {
    async create(destination) {
      ids.set(destination, (await post('/challenges', { destination })).id);
    },
    async check(destination, code) {
      const { status } = await post('/responses', { challenge_id: ids.get(destination), code });
      if (status !== 'valid') throw new Error(status);
      ids.delete(destination);
    },
  };
}

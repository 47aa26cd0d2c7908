/** A browser with cookies. Its requests go to the nodes in turn, as a load balancer deals them. */
export function openBrowser(nodes) {
  const cookies = new Map();
  let sent = 0;

  async function send(path, request) {
    const node = nodes[sent % nodes.length];
    sent += 1;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    try {
      const answer = await fetch(node + path, {
        ...request,
        headers: { cookie },
        redirect: 'manual',
        signal: AbortSignal.timeout(4000),
      });
      for (const set of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
        cookies.set(name, value);
      }
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      // A page that does not load is nothing that the user could act on but by trying again.
      return 'no answer';
    }
  }

  return {
    get: (path) => send(path, {}),
    post: (path, form) => send(path, { method: 'POST', body: new URLSearchParams(form) }),
  };
}

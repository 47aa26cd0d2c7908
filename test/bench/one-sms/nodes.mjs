import session from 'express-session';
import { listen } from '../listening.mjs';
import { loginApp } from '../login-app.mjs';
import { findUser } from './users.mjs';

/** Starts two nodes of one app, with shared sessions. */
export async function startNodes(mount) {
  const store = new session.MemoryStore();
  const users = { find: findUser };
  const nodes = await Promise.all([1, 2].map(() => listen(loginApp({ users, store, mount }))));
  return {
    urls: nodes.map(({ url }) => url),
    stop: () => Promise.all(nodes.map((node) => node.stop())),
  };
}

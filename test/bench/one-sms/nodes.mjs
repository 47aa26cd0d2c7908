import session from 'express-session';
import { listen } from '../listening.mjs';
import { loginApp } from '../login-app.mjs';
import { findUser } from './users.mjs';

/** Two nodes of one app. Sessions are shared, as in a store outside of both. */
export async function startNodes({ mount, isLoggedIn }) {
  const store = new session.MemoryStore();
  const users = { find: findUser };
  const nodes = await Promise.all(
    [1, 2].map(() => listen(loginApp({ users, store, mount, isLoggedIn }))),
  );
  return {
    urls: nodes.map(({ url }) => url),
    cut: () => nodes.map((node) => node.cut()),
    stop: () => Promise.all(nodes.map((node) => node.stop())),
  };
}

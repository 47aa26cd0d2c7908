import { ModicaTwoFactorStrategy } from 'passport-modica-2fa';
import { onRedis } from 'passport-modica-2fa/redis';
import { createClient } from 'redis';
import { spawnRedis } from '../../fixtures/redis-server.mjs';
import { mountLogin } from '../side-by-side/apps/ours.mjs';
import { startModica } from '../vendors/modica.mjs';
import { startNodes } from './nodes.mjs';
import { findUser, password } from './users.mjs';

/** An app as in the quick start, on two nodes that share a Redis. */
export async function startSite() {
  const redis = await spawnRedis();
  const vendor = await startModica();
  const clients = await Promise.all([connect(redis.url), connect(redis.url)]);
  const unused = [...clients];
  const nodes = await startNodes((node) =>
    mountLogin(node, strategyOn({ ...vendor.account, ...onRedis(unused.pop()) })),
  );
  return {
    vendor,
    nodes: nodes.urls,
    openForm: (browser) => browser.get('/login'),
    // Posting the password also requests the code.
    ask: (browser, { id }) => browser.post('/login', { username: id, password }),
    askAgain: (browser) => browser.post('/login/code', { resend: '1' }),
    enter: (browser, code) => browser.post('/login/code', { code }),
    stop: async () => {
      await nodes.stop();
      await vendor.stop();
      for (const client of clients) client.destroy();
      await redis.stop();
    },
  };
}

const connect = (url) => createClient({ url }).connect();

const strategyOn = (account) =>
  new ModicaTwoFactorStrategy(
    { ...account, destination: (user) => user.mobile },
    async ({ userId }) => findUser(userId),
  );

import { inMemory, ModicaTwoFactorStrategy } from 'passport-modica-2fa';
import { routesOf, signedOut } from '../../requests.mjs';

/** The whole login as an app has it: options, limits, store, session, verify callback. */
export default function contender({ account }) {
  const users = new Map();
  const { challenge, response } = routesOf(
    new ModicaTwoFactorStrategy(
      { ...account, ...inMemory(), destination: (user) => user.mobile },
      async ({ userId }) => users.get(userId),
    ),
  );
  const sessions = new Map();
  return {
    async create(mobile) {
      const user = { id: mobile, mobile };
      users.set(user.id, user);
      const request = { ...signedOut(), user };
      const { code } = await challenge(request);
      if (code !== 'challenge_sent') throw new Error(code);
      sessions.set(mobile, request.session);
    },
    async check(mobile, code) {
      const request = { ...signedOut(sessions.get(mobile)), body: { code } };
      sessions.delete(mobile);
      const refusal = await response(request);
      if (refusal || request.user?.mobile !== mobile) throw new Error(refusal?.code);
      users.delete(request.user.id);
    },
  };
}

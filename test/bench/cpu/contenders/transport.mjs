import { ModicaProvider } from 'passport-modica-2fa';

/** Of our login the two calls alone. */
export default function contender({ account }) {
  const provider = new ModicaProvider(account);
  const references = new Map();
  return {
    async create(mobile) {
      references.set(mobile, (await provider.send(mobile)).reference);
    },
    async check(mobile, code) {
      const { verdict } = await provider.check(references.get(mobile), code);
      if (verdict !== 'accepted') throw new Error(verdict);
      references.delete(mobile);
    },
  };
}

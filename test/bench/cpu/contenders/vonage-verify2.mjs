import { verify2On } from '../../sdks/verify-2.mjs';

export default function contender({ vendors }) {
  const verify = verify2On(vendors);
  const ids = new Map();
  return {
    async create(to) {
      ids.set(to, await verify.create(to));
    },
    async check(to, code) {
      if (!(await verify.check(ids.get(to), code))) throw new Error('not completed');
      ids.delete(to);
    },
  };
}

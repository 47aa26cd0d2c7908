import { randomInt } from 'node:crypto';

/**
 * A vendor's verifications, one at a time for each number. Each expires after `lifetime` seconds, and allows
 * so many wrong codes.
 */
export function verifications({ newId, lifetime, wrongCodes, now = Date.now }) {
  const byNumber = new Map();
  const byId = new Map();
  let compared = 0;
  const alive = (one) => (one && now() < one.expires ? one : undefined);
  return {
    ofNumber: (to) => alive(byNumber.get(to)),
    withId: (id) => alive(byId.get(id)),
    open(to) {
      const code = String(randomInt(100_000, 1_000_000));
      const one = { id: newId(), to, code, sent: 1, wrong: 0, expires: now() + lifetime * 1000 };
      byNumber.set(to, one);
      byId.set(one.id, one);
      return one;
    },
    close({ id, to }) {
      byNumber.delete(to);
      byId.delete(id);
    },
    /** 'right', 'wrong', or, without checking the code, 'too many'. */
    compare(one, code) {
      if (one.wrong === wrongCodes) return 'too many';
      compared += 1;
      if (one.code === code) return 'right';
      one.wrong += 1;
      return 'wrong';
    },
    /** The number of codes that were checked. */
    compared: () => compared,
  };
}

/** Milliseconds between two deletions of expired entries. */
const pause = 60_000;

/**
 * better-auth's storage beside its database, in memory: it costs it 5 to 10 % less CPU than the database in
 * memory alone.
 */
export function inMemory() {
  const entries = new Map();
  const alive = (key) => {
    const entry = entries.get(key);
    return entry && Date.now() < entry.expires ? entry : undefined;
  };
  const put = (key, value, ttl) =>
    entries.set(key, { value, expires: ttl ? Date.now() + ttl * 1000 : Number.POSITIVE_INFINITY });
  setInterval(() => {
    for (const [key, { expires }] of entries) if (expires <= Date.now()) entries.delete(key);
  }, pause).unref();
  return {
    get: async (key) => alive(key)?.value,
    async getAndDelete(key) {
      const value = alive(key)?.value;
      entries.delete(key);
      return value;
    },
    async set(key, value, ttl) {
      put(key, value, ttl);
    },
    async delete(key) {
      entries.delete(key);
    },
    async increment(key, ttl) {
      const known = alive(key);
      if (known) known.value += 1;
      else put(key, 1, ttl);
      return known?.value ?? 1;
    },
  };
}

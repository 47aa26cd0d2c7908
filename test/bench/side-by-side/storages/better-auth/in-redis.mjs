/**
 * better-auth's storage beside its database. Its own package for Redis wants a client that no other contender
 * has; these are the same commands.
 */
export function inRedis(client) {
  const named = (key) => `better-auth:${key}`;
  const increment = `
    local value = redis.call("INCR", KEYS[1])
    if value == 1 then redis.call("EXPIRE", KEYS[1], ARGV[1]) end
    return value`;
  return {
    get: (key) => client.get(named(key)),
    getAndDelete: (key) => client.getDel(named(key)),
    set: (key, value, ttl) => client.set(named(key), value, ttl ? { EX: ttl } : undefined),
    delete: (key) => client.del(named(key)),
    increment: (key, ttl) =>
      client.eval(increment, { keys: [named(key)], arguments: [String(ttl)] }),
  };
}

/**
 * better-auth's secondary storage. Its own package for Redis needs ioredis; this one sends the same commands
 * with the client of the other contenders.
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

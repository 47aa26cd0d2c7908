// The entry point passport-modica-2fa/redis.
export { onRedis } from './storage/redis.js';
export type { IoredisClient, NodeRedisClient } from './storage/redis-clients.js';

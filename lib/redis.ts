// The entry point passport-modica-2fa/redis.
export { type IoredisClient, type NodeRedisClient, onRedis } from './storage/redis.js';

export { type IoredisClient, type NodeRedisClient, onRedis } from './storage/redis.js';

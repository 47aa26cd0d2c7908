import { describe, expect, it } from 'vitest';

describe('The package', () => {
  it.each<[string, () => Promise<object>]>([
    ['ModicaTwoFactorStrategy', () => import('../../lib/index.js')],
    ['onRedis', () => import('../../lib/storage/redis.js')],
    ['onMysql', () => import('../../lib/mysql.js')],
    ['onSqlite', () => import('../../lib/sqlite.js')],
    ['InfobipProvider', () => import('../../lib/infobip.js')],
    ['NexmoProvider', () => import('../../lib/nexmo.js')],
    ['createModicaEmulator', () => import('../../lib/emulator/index.js')],
    ['storageConformance', () => import('../../lib/testing/index.js')],
  ])('loads, and gives %s', async (name, load) => {
    expect(await load()).toHaveProperty(name);
  });
});

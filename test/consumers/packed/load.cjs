// CommonJS: the names, and the program's own entry.
const assert = require('node:assert/strict');
const main = require('passport-modica-2fa');

assert.equal(main.default, main.ModicaTwoFactorStrategy);
assert.equal(main.Strategy, main.ModicaTwoFactorStrategy);
assert.equal(typeof require('passport-modica-2fa/emulator').createModicaEmulator, 'function');
assert.equal(typeof require('passport-modica-2fa/redis').onRedis, 'function');
assert.equal(typeof require('passport-modica-2fa/testing').memoryConformance, 'function');
// got is ESM-only and costs start-up time: it waits for the first request.
assert.deepEqual(
  Object.keys(require.cache).filter((file) => file.includes('/node_modules/got/')),
  [],
);

// got is ESM-only and costs start-up time: it waits for the first request.
const assert = require('node:assert/strict');

require('passport-modica-2fa');
require('passport-modica-2fa/redis');
require('passport-modica-2fa/emulator');
require('passport-modica-2fa/testing');

const loaded = Object.keys(require.cache);
assert.ok(loaded.some((file) => file.includes('/node_modules/rate-limiter-flexible/')));
assert.deepEqual(
  loaded.filter((file) => file.includes('/node_modules/got/')),
  [],
);

// Apps load what they use: no emulator and no other provider, database or framework. got is ESM-only and costs
// start-up time: it waits for the first request.
const assert = require('node:assert/strict');
const path = require('node:path');

const folder = path.dirname(require.resolve('passport-modica-2fa'));
require('passport-modica-2fa');
assert.deepEqual(ownFiles(), ['index.js', path.join('shared', 'core.js')]);
assert.deepEqual(packages(), ['cookie', 'lru-cache', 'passport-strategy', 'zod']);

require('passport-modica-2fa/redis');
require('passport-modica-2fa/emulator');
require('passport-modica-2fa/testing');

const loaded = Object.keys(require.cache);
assert.ok(loaded.some((file) => file.includes('/node_modules/rate-limiter-flexible/')));
assert.deepEqual(
  loaded.filter((file) => file.includes('/node_modules/got/')),
  [],
);

function ownFiles() {
  const files = Object.keys(require.cache).map((file) => path.relative(folder, file));
  return files.filter((file) => !file.startsWith('..')).sort();
}

function packages() {
  const names = Object.keys(require.cache).map(
    (file) => /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1],
  );
  return [...new Set(names)].filter((name) => name && name !== 'passport-modica-2fa').sort();
}

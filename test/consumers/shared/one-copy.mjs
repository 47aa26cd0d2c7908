// Every subpath of the package loads both ways, and gives one copy of everything.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { name, exports } = require('passport-modica-2fa/package.json');

/** An optional peer, without which its subpath is not there to be loaded. */
const peers = new Map([['./nestjs', '@nestjs/common']]);

function isInstalled(peer) {
  try {
    return Boolean(require.resolve(peer));
  } catch {
    return false;
  }
}

const subpaths = Object.keys(exports)
  .filter((subpath) => subpath !== './package.json')
  .filter((subpath) => !peers.has(subpath) || isInstalled(peers.get(subpath)));
assert.ok(subpaths.length >= 4);

/** What a module gives, without what compilers and Node add to it. */
const namesOf = (module) =>
  Object.keys(module)
    .filter((key) => key !== '__esModule' && key !== 'module.exports')
    .sort();

for (const subpath of subpaths) {
  const address = name + subpath.slice(1);
  const imported = await import(address);
  const required = require(address);
  const names = namesOf(required);
  assert.ok(names.length > 0, `${address} gives nothing`);
  for (const key of names) {
    assert.equal(imported[key], required[key], `${address} has two copies of ${key}`);
  }
  assert.deepEqual(namesOf(imported), names, `${address} gives other names by import`);
}

const imported = await import(name);
const required = require(name);
assert.equal(imported.default, imported.Strategy);
assert.equal(imported.default, imported.ModicaTwoFactorStrategy);
assert.throws(
  () => new imported.ModicaTwoFactorStrategy({}, () => undefined),
  (error) => error instanceof required.ConfigurationError,
);
assert.throws(
  () => new required.ModicaTwoFactorStrategy({}, () => undefined),
  (error) => error instanceof imported.ConfigurationError,
);

// ES modules get the same classes as CommonJS: there is one copy of each.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import ModicaTwoFactorStrategy, { SetupError, Strategy } from 'passport-modica-2fa';
import { createModicaEmulator } from 'passport-modica-2fa/emulator';
import { onRedis } from 'passport-modica-2fa/redis';
import { memoryConformance } from 'passport-modica-2fa/testing';

const required = createRequire(import.meta.url)('passport-modica-2fa');
assert.equal(ModicaTwoFactorStrategy, Strategy);
assert.equal(ModicaTwoFactorStrategy, required.ModicaTwoFactorStrategy);
assert.equal(SetupError, required.SetupError);
assert.equal(typeof createModicaEmulator, 'function');
assert.equal(typeof onRedis, 'function');
assert.equal(typeof memoryConformance, 'function');

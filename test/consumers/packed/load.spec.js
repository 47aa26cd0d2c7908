// Jest with its defaults: no configuration, no experimental flags.
const { inMemory, ModicaTwoFactorStrategy } = require('passport-modica-2fa');

/* global test, expect */
test('a module that provides the strategy loads', () => {
  const strategy = new ModicaTwoFactorStrategy(
    { ...inMemory(), username: 'app', password: 'secret', destination: (user) => user.mobile },
    async () => undefined,
  );
  expect(strategy.name).toBe('modica-2fa');
});

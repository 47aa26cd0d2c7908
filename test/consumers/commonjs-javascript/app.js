// No session: the client keeps the id of its challenge.
const { once } = require('node:events');
const express = require('express');
const passport = require('passport');
const { Strategy: LocalStrategy } = require('passport-local');
const { inMemory, Strategy: ModicaStrategy, TwoFactorRefusal } = require('passport-modica-2fa');
const { createModicaEmulator } = require('passport-modica-2fa/emulator');

const alice = { id: 1, mobile: '+64211234567' };

exports.startApp = async () => {
  const emulator = createModicaEmulator();
  await emulator.start();
  passport.use(
    new LocalStrategy((_name, password, done) => done(null, password === 'right' && alice)),
  );
  passport.use(
    new ModicaStrategy(
      { ...emulator.account, ...inMemory(), state: 'client', destination: (user) => user.mobile },
      ({ userId }, done) => done(null, userId === alice.id && alice),
    ),
  );

  const secondFactor = (phase) =>
    passport.authenticate('modica-2fa', { phase, session: false, failWithError: true });
  const app = express();
  app.use(express.json());
  app.post('/login', passport.authenticate('local', { session: false }), secondFactor('challenge'));
  app.post('/login/code', secondFactor('response'), (req, res) => res.json({ id: req.user.id }));
  app.use((error, _req, res, next) => {
    if (error instanceof TwoFactorRefusal) res.status(error.status).json(error);
    else next(error);
  });

  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    emulator,
    stop: async () => {
      server.close();
      await emulator.stop();
    },
  };
};

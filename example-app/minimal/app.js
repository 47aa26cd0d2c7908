// A password login with a code by SMS as the second factor. Log in as demo with demo-password.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import { ModicaTwoFactorStrategy } from 'passport-modica-2fa';
import { createModicaEmulator } from 'passport-modica-2fa/emulator';

// Your account at Modica, or an emulator that prints its SMS here.
const { MODICA_USERNAME, MODICA_PASSWORD, MODICA_BASE_URL, SESSION_SECRET, PORT } = process.env;
const emulator = createModicaEmulator().on('message', ({ text }) => console.log(text));
if (!MODICA_USERNAME) await emulator.start();
const account = { username: MODICA_USERNAME, password: MODICA_PASSWORD, baseUrl: MODICA_BASE_URL };

// Your database. A name that does not exist gets a hash of no password, and takes as long to check.
const [salt, hash] = [randomBytes(16), promisify(scrypt)];
const demo = { id: 1, name: 'demo', mobile: process.env.DEMO_MOBILE ?? '+64211234567' };
const users = [{ ...demo, salt, hash: await hash('demo-password', salt, 32) }];
const find = (id) => users.find((user) => user.id === id) ?? false;
async function check(name, password) {
  const user = users.find((other) => other.name === name) ?? { salt, hash: randomBytes(32) };
  return timingSafeEqual(await hash(password, user.salt, 32), user.hash) && user;
}

const secondFactor = new ModicaTwoFactorStrategy(
  { ...(MODICA_USERNAME ? account : emulator.account), destination: (user) => user.mobile },
  async ({ userId }) => find(userId),
);
passport.use(secondFactor).use(
  new LocalStrategy((name, password, done) => {
    check(name, password).then((user) => done(null, user), done);
  }),
);
passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => done(null, find(id)));

// Another site must not cause an SMS. SameSite is not enough: it allows forms of a sibling domain.
function sameOriginOnly({ method, headers }, res, next) {
  const { 'sec-fetch-site': site, origin, host } = headers;
  const own = site ? /^(same-origin|none)$/.test(site) : !origin || origin.endsWith(`//${host}`);
  return own || method === 'GET' ? next() : res.sendStatus(403);
}
const logOutFirst = (req, _res, next) => (req.isAuthenticated() ? req.logout(next) : next());
const form = (req, fields) =>
  `<form method="post"><p>${req.session.messages?.splice(0).join(' ') ?? ''}</p>${fields}</form>`;
const refusedTo = (path) => ({ failureRedirect: path, failureMessage: true });
const toCode = { challengeRedirect: '/login/code', successRedirect: '/' };

const app = express().use(sameOriginOnly, express.urlencoded({ extended: false }));
const secret = SESSION_SECRET ?? randomBytes(32).toString('hex'); // a new one with each start
const cookie = { sameSite: 'lax', secure: 'auto' };
app.use(session({ secret, cookie, resave: false, saveUninitialized: false }), passport.session());
app.get('/', (req, res) => res.type('text').send(req.user?.name ?? 'Log in at /login'));
app.get('/login', (req, res) => {
  const fields = '<input name="username"> <input name="password" type="password">';
  res.send(form(req, `${fields} <button>Log in</button>`));
});
app.post(
  '/login',
  logOutFirst,
  passport.authenticate('local', { session: false, ...refusedTo('/login') }), // not a login yet
  passport.authenticate('modica-2fa', { ...toCode, ...refusedTo('/login'), phase: 'challenge' }),
);
app.get('/login/code', async (req, res) => {
  const challenge = await secondFactor.pending(req);
  if (!challenge?.attemptsRemaining) return res.redirect('/login');
  const code = `<input name="code" autocomplete="one-time-code" inputmode="numeric">
    <input type="hidden" name="challenge" value="${challenge.id}"> <button>Confirm</button>
    <button name="resend" value="1">Send a new code</button> <a href="/login">Start again</a>`;
  res.send(form(req, `We sent a code to ${challenge.destination}. ${code}`));
});
const confirm = { phase: 'response', ...toCode, ...refusedTo('/login/code') };
app.post('/login/code', passport.authenticate('modica-2fa', confirm));
app.post('/logout', logOutFirst, (_req, res) => res.redirect('/'));
const server = app.listen(PORT ?? 3000, '127.0.0.1', () => {
  console.log(`Listening at http://localhost:${server.address().port}`);
});

import { createServer, request } from 'node:http';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { storesOf } from '../consumers/other-factors.js';
import { startSamples } from '../consumers/sample-app.js';
import { sampleFiles } from '../consumers/samples.js';
import { listen } from '../fixtures/listen.js';
import { createPasskey } from '../fixtures/passkey.js';
import { describeInBrowser } from './browser/chromium.js';
import { arriveAt, button, see } from './browser/pages.js';

const document = 'docs/other-factors.md';
const rpId = 'localhost';

/** The pages around the samples. The script does what `startAuthentication` of @simplewebauthn/browser does. */
const routes = `
  import passport from 'passport';
  import { requireSecondFactor } from 'passport-modica-2fa';
  import app from './pages.js';
  import { passkeyRoutes } from './passkeys.js';
  app.use(passkeyRoutes);
  const page = (body: string) => '<!doctype html><title>App</title><link rel="icon" href="data:,">' + body;
  const withPasskey = (path: string) => page(\`<button>Use a passkey</button> <p role="status"></p>
    <script type="module">
      const post = (path, body) => fetch(path, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
      });
      document.querySelector('button').addEventListener('click', async () => {
        const options = await (await post('/passkey/options', {})).json();
        const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
        const status = document.querySelector('[role=status]');
        try {
          const credential = await navigator.credentials.get({ publicKey });
          const answer = await post('\${path}', credential.toJSON());
          if (answer.ok) location.assign((await answer.json()).to);
          else status.textContent = 'Refused';
        } catch ({ name }) {
          status.textContent = name;
        }
      });
    </script>\`);
  app.get('/password', (_req, res) => {
    res.send(page('<form method="post"><input name="username" value="alice"><input name="password" value="right"><button>Log in</button></form>'));
  });
  app.post('/password', passport.authenticate('local', { successRedirect: '/payments' }));
  app.get('/payments', requireSecondFactor({ maxAge: 300, redirectTo: '/confirm' }), (req, res) => {
    res.send(page('Payments of ' + Object(req.user).name));
  });
  app.get('/confirm', (_req, res) => { res.send(withPasskey('/confirm/passkey')); });
  app.get('/with-passkey', (_req, res) => { res.send(withPasskey('/login/passkey')); });
  export default app;`;

/** The app of docs/other-factors.md on localhost, where a browser takes passkeys without a certificate. */
async function start() {
  const passkeys = { alice: createPasskey(), bob: createPasskey() };
  // In front of the app, because the sample has to know its origin before it listens.
  let app = '';
  const front = createServer((incoming, outgoing) => {
    const { method, headers, url } = incoming;
    const forwarded = request(app + url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  const { port } = await listen(front);
  const origin = `http://${rpId}:${port}`;
  const sample = sampleFiles(document)['passkeys.ts'] ?? '';
  const documented = "['https://example.com', 'example.com']";
  expect(sample).toContain(documented);
  const { url, emulator } = await startSamples(document, (ids) => ({
    ...storesOf(ids, passkeys, 'of no app'),
    'passkeys.ts': sample.replace(documented, `['${origin}', '${rpId}']`),
    'routes.ts': routes,
  }));
  app = url;
  return { origin, passkeys, emulator };
}

/** A phone or a laptop with a passkey in it, whose user touches it and gives a PIN, or does not. */
async function insertPasskey(
  page: Page,
  { id, privateKey }: ReturnType<typeof createPasskey>,
  isUserVerified = true,
): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('WebAuthn.enable');
  const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified,
      automaticPresenceSimulation: true,
    },
  });
  await devTools.send('WebAuthn.addCredential', {
    authenticatorId,
    credential: {
      credentialId: Buffer.from(id, 'base64url').toString('base64'),
      isResidentCredential: true,
      rpId,
      privateKey,
      userHandle: Buffer.from('user').toString('base64'),
      signCount: 1,
    },
  });
}

describeInBrowser('A passkey beside the SMS, in a browser', (visit) => {
  it('confirms a user who logged in with a password, and leads back to the page', async () => {
    const { page } = await visit();
    const { origin, passkeys, emulator } = await start();
    await insertPasskey(page, passkeys.alice);
    await page.goto(`${origin}/password`);
    await button(page, 'Log in').click();
    await arriveAt(page, '/confirm');
    await button(page, 'Use a passkey').click();
    await arriveAt(page, '/payments');
    await see(page, 'Payments of alice');
    expect(emulator.messages).toEqual([]);
  });

  it('logs in without a password, as both factors', async () => {
    const { page } = await visit();
    const { origin, passkeys } = await start();
    await insertPasskey(page, passkeys.bob);
    await page.goto(`${origin}/with-passkey`);
    await button(page, 'Use a passkey').click();
    await arriveAt(page, '/');
    await page.goto(`${origin}/payments`);
    await see(page, 'Payments of bob');
  });

  it('confirms nothing if its user does not give the PIN', async () => {
    const { page } = await visit();
    const { origin, passkeys } = await start();
    await insertPasskey(page, passkeys.alice, false);
    await page.goto(`${origin}/password`);
    await button(page, 'Log in').click();
    await arriveAt(page, '/confirm');
    await button(page, 'Use a passkey').click();
    await see(page, 'NotAllowedError');
    await page.goto(`${origin}/payments`);
    await arriveAt(page, '/confirm');
  });
});

import { Agent } from 'node:https';
import { describe, expect, it } from 'vitest';
import { startFront } from '../e2e/clients/front.js';
import { startApp } from '../fixtures/app.js';
import { certificate } from '../fixtures/certificate.js';
import { newestCode, startEmulator } from '../fixtures/emulator.js';

describe('Modica as sold by Optus', () => {
  it('logs in from end to end with another base URL', async () => {
    const optus = await startEmulator();
    const { host } = await startFront(optus.url);
    const [, port] = host.split(':');
    // The agent takes what is meant for Optus to the emulator, as a proxy would.
    const https = new Agent({
      host: 'localhost',
      port: Number(port),
      ca: certificate.cert,
      servername: 'localhost',
    });
    const { browser } = await startApp({ strategy: { baseUrl: 'optus', agent: { https } } });
    const alice = browser();
    expect((await alice.login()).body.code).toBe('challenge_sent');
    expect(optus.requests[0]).toMatchObject({
      path: '/challenges',
      headers: { host: 'api.sms.optus.com.au' },
    });
    expect((await alice.enter(newestCode(optus))).body.user.name).toBe('alice');
  });
});

describe('Modica in Spanish', () => {
  const strategy = {
    locale: 'es',
    allowedPrefixes: ['+1809'],
    content: 'Su código es %(code)s. ¡No lo comparta!',
  };

  it('logs in from end to end without expiresIn, with +1809 and with accents', async () => {
    const { browser, emulator, users } = await startApp({ strategy });
    users.alice.mobile = '+18091234567';
    const alice = browser();
    const asked = await alice.login();
    expect(asked.body).toMatchObject({
      message: 'Le enviamos un código a su celular. Ingréselo para continuar.',
      challenge: { destination: '•••••67' },
    });
    expect(JSON.parse(emulator.requests[0]?.body ?? '')).toEqual({
      destination: '+18091234567',
      content: 'Su código es %(code)s. ¡No lo comparta!',
    });
    const code = newestCode(emulator, '+18091234567');
    expect(emulator.messages.at(-1)?.text).toBe(`Su código es ${code}. ¡No lo comparta!`);
    expect((await alice.enter(code)).body.user.name).toBe('alice');
  });

  it('refuses other numbers', async () => {
    const { browser, emulator } = await startApp({ strategy });
    const refused = await browser().login();
    expect(refused.body).toMatchObject({
      code: 'destination_unusable',
      message: 'No podemos enviar códigos a su número de celular.',
    });
    expect(emulator.requests).toHaveLength(0);
  });
});

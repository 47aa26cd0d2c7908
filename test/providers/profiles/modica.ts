import { Agent } from 'node:https';
import { onTestFinished } from 'vitest';
import { createModicaEmulator } from '../../../lib/emulator/index.js';
import { ModicaProvider, ModicaTwoFactorStrategy } from '../../../lib/index.js';
import type { ModicaOptions } from '../../../lib/providers/modica/options.js';
import { startFront } from '../../e2e/clients/front.js';
import { certificate } from '../../fixtures/certificate.js';
import { minute } from '../../fixtures/clock.js';
import { account } from '../../fixtures/modica.js';
import { quietPort } from '../../fixtures/quiet-port.mjs';
import type { Profile, Provided } from '../profile.js';
import { patience } from './common.js';
import { brokenAround, tooMany } from './replies.js';

const paths = {
  send: '/challenges',
  resend: '/challenges',
  call: '/challenges',
  check: '/responses',
} as const;

async function startModica(
  wrongCode: 'error' | 'status' = 'error',
  elsewhere?: (url: string) => Promise<Partial<ModicaOptions>>,
): Promise<Provided> {
  const emulator = createModicaEmulator({ ...account, wrongCode });
  onTestFinished(() => emulator.stop());
  await emulator.start(await quietPort());
  const options = {
    ...emulator.account,
    timeout: patience,
    acceptedStatuses: ['valid'],
    sendErrorVerdicts: { invalid_attrib: 'number', broadcast_limit: 'account' } as const,
    ...(await elsewhere?.(emulator.url)),
  };
  const to = (path: string) => emulator.requests.filter((sent) => sent.path === path).length;
  return {
    provider: new ModicaProvider(options),
    emulator,
    strategy: (strategyOptions, find) =>
      new ModicaTwoFactorStrategy<Express.User>(
        { ...options, ...strategyOptions, passReqToCallback: false },
        async ({ userId }) => find(userId),
      ),
    overrideNextReply: (call, override) =>
      emulator.overrideNextReply({ ...override, path: paths[call] }),
    sends: () => to(paths.send),
    checks: () => to(paths.check),
  };
}

const created = {
  id: 'a0b1c2d3-0000-4000-8000-000000000000',
  created: '2026-01-01T00:00:00Z',
  expires: '2026-01-01T00:05:00Z',
};

const createdAs = (change: object) => JSON.stringify({ ...created, ...change });

const modica: Omit<Profile, 'title' | 'start'> = {
  mobiles: { alice: '+64211111111', bob: '+64212222222' },
  lifetime: 5 * minute,
  checks: 'there',
  resends: 'another code',
  calls: false,
  texts: 'of the app',
  placeholder: '%(code)s',
  text: (code) => `Your 2FA code is: ${code}`,
  secrets: [account.password, Buffer.from('app:canary-password').toString('base64')],
  refusals: {
    number: [{ what: 'a 400', status: 400, body: '{"error":"invalid_attrib"}' }],
    credentials: [
      { what: 'a 401', status: 401 },
      { what: 'the limit of the account', status: 400, body: '{"error":"broadcast_limit"}' },
    ],
    throttled: [tooMany],
  },
  broken: {
    send: [
      ...brokenAround(201, JSON.stringify(created)),
      { what: 'a 200 around the yes', status: 200, body: JSON.stringify(created) },
      { what: 'an id that is empty', status: 201, body: createdAs({ id: '' }) },
      { what: 'an id that is a list', status: 201, body: createdAs({ id: [created.id] }) },
      { what: 'no expiry', status: 201, body: createdAs({ expires: undefined }) },
      { what: 'an expiry of long ago', status: 201, body: createdAs({ expires: '1999-01-01' }) },
      {
        what: 'an expiry far away',
        status: 201,
        body: createdAs({ expires: '2099-01-01T00:00:00Z' }),
      },
    ],
    check: [
      ...brokenAround(201, '{"status":"valid"}'),
      { what: 'a 200 around the yes', status: 200, body: '{"status":"valid"}' },
      { what: 'a 400 around the yes', status: 400, body: '{"status":"valid"}' },
      { what: 'a status that is true', status: 201, body: '{"status":true}' },
      { what: 'a list of statuses', status: 201, body: '{"status":["valid"]}' },
      { what: 'a status in capitals', status: 201, body: '{"status":"VALID"}' },
      { what: 'a status with a space', status: 201, body: '{"status":"valid "}' },
      { what: 'an unknown status', status: 201, body: '{"status":"ok"}' },
      { what: 'a name of the object prototype', status: 201, body: '{"status":"constructor"}' },
    ],
  },
};

export const modicaByError: Profile = {
  ...modica,
  title: 'Modica, wrong codes by error',
  start: () => startModica('error'),
};

export const modicaByStatus: Profile = {
  ...modica,
  title: 'Modica, wrong codes by status',
  start: () => startModica('status'),
};

export const modicaInSpanish: Profile = {
  ...modica,
  title: 'Modica in Spanish',
  mobiles: { alice: '+18091234567', bob: '+18097654321' },
  options: {
    locale: 'es',
    allowedPrefixes: ['+1809'],
    content: 'Su código es %(code)s. ¡No lo comparta, señor!',
  },
  text: (code) => `Su código es ${code}. ¡No lo comparta, señor!`,
  start: () => startModica(),
};

export const optus: Profile = {
  ...modica,
  title: 'Optus',
  mobiles: { alice: '+61411111111', bob: '+61422222222' },
  start: () =>
    startModica('error', async (url) => {
      const { host } = await startFront(url);
      // The agent connects to the emulator instead of Optus, as a proxy would.
      const https = new Agent({
        host: 'localhost',
        port: Number(new URL(`https://${host}`).port),
        ca: certificate.cert,
        servername: 'localhost',
      });
      return { baseUrl: 'optus', agent: { https } };
    }),
};

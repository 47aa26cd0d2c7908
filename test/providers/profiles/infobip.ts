import type { InfobipApplicationConfiguration } from '../../../lib/emulator/index.js';
import type { InfobipOptions } from '../../../lib/providers/infobip/options.js';
import { minute } from '../../fixtures/clock.js';
import {
  apiKey,
  applicationId,
  infobipClient,
  infobipProvider,
  refusal,
  startInfobip,
} from '../../fixtures/infobip.js';
import type { Profile, Provided } from '../profile.js';
import { patience, strategyOn, textOfTheApp } from './common.js';
import { brokenAround, tooMany } from './replies.js';

const paths = {
  send: '/2fa/2/pin',
  resend: '/2fa/2/pin/{pinId}/resend',
  call: '/2fa/2/pin/{pinId}/resend/voice',
  check: '/2fa/2/pin/{pinId}/verify',
} as const;

interface Settings {
  readonly configuration?: InfobipApplicationConfiguration;
  /** The text of a template to create; the emulator's template by default. */
  readonly messageText?: string;
  readonly options?: Partial<InfobipOptions>;
}

async function start({ configuration, messageText, options }: Settings = {}): Promise<Provided> {
  const emulator = await startInfobip({
    configuration: { pinAttempts: 5, pinTimeToLive: '5m', ...configuration },
  });
  const template =
    messageText === undefined
      ? undefined
      : await infobipClient(emulator).createTemplate(applicationId, {
          messageText,
          pinType: 'NUMERIC',
          pinLength: 6,
        });
  const provider = infobipProvider(emulator, {
    codeLifetime: 300,
    timeout: patience,
    ...options,
    ...(template && { messageId: template.messageId }),
  });
  const to = (path: RegExp) => emulator.requests.filter((sent) => path.test(sent.path)).length;
  return {
    provider,
    emulator,
    strategy: strategyOn(provider),
    overrideNextReply: (call, override) =>
      emulator.overrideNextReply({ ...override, path: paths[call] }),
    sends: () => to(/\/pin(\/\w+\/resend)?(\/voice)?$/),
    checks: () => to(/\/verify$/),
  };
}

const pinId = 'ABC0123456789';
const sent = { pinId, smsStatus: 'MESSAGE_SENT' };
const sentAs = (change: object) => JSON.stringify({ ...sent, ...change });
/** `<id>` is replaced by the PIN in question. */
const verified = '{"pinId":"<id>","verified":true,"attemptsRemaining":5}';

const infobip: Omit<Profile, 'title' | 'start'> = {
  mobiles: { alice: '+41793026727', bob: '+41793026728' },
  lifetime: 5 * minute,
  checks: 'there',
  resends: 'the same code',
  calls: true,
  texts: 'of the provider',
  placeholder: '{{pin}}',
  text: (code) => `Your pin is ${code}`,
  secrets: [apiKey],
  refusals: {
    number: [
      { what: 'MESSAGE_NOT_SENT', status: 200, body: sentAs({ smsStatus: 'MESSAGE_NOT_SENT' }) },
      { what: 'a 400', status: 400, body: refusal('BAD_REQUEST', { to: ['is no number'] }) },
    ],
    credentials: [
      { what: 'a 401', status: 401, body: refusal('UNAUTHORIZED') },
      { what: 'a 403', status: 403, body: refusal('FORBIDDEN') },
    ],
    throttled: [
      tooMany,
      {
        what: 'TOO_MANY_REQUESTS',
        status: 400,
        body: refusal('TOO_MANY_REQUESTS'),
        headers: { 'retry-after': '12' },
      },
    ],
  },
  broken: {
    send: [
      ...brokenAround(200, JSON.stringify(sent)),
      { what: 'a 201 around the yes', status: 201, body: JSON.stringify(sent) },
      { what: 'no id', status: 200, body: sentAs({ pinId: undefined }) },
      { what: 'another number', status: 200, body: sentAs({ to: '41793026799' }) },
      { what: 'an id that is a path', status: 200, body: sentAs({ pinId: '../applications' }) },
      { what: 'no status', status: 200, body: sentAs({ smsStatus: undefined }) },
      {
        what: 'a status in lower case',
        status: 200,
        body: sentAs({ smsStatus: 'message_sent' }),
      },
      { what: 'a list of statuses', status: 200, body: sentAs({ smsStatus: ['MESSAGE_SENT'] }) },
    ],
    check: [
      ...brokenAround(200, verified),
      { what: 'a 201 around the yes', status: 201, body: verified },
      { what: 'a 400 around the yes', status: 400, body: verified },
      { what: 'the yes of another PIN', status: 200, body: `{"pinId":"${pinId}","verified":true}` },
      { what: 'a yes without a PIN', status: 200, body: '{"verified":true}' },
      { what: 'a yes as a string', status: 200, body: '{"pinId":"<id>","verified":"true"}' },
      { what: 'a yes as a number', status: 200, body: '{"pinId":"<id>","verified":1}' },
      { what: 'a yes in a list', status: 200, body: '{"pinId":"<id>","verified":[true]}' },
      { what: 'neither yes nor no', status: 200, body: '{"pinId":"<id>"}' },
      {
        what: 'a yes and an error at once',
        status: 200,
        body: '{"pinId":"<id>","verified":true,"pinError":"WRONG_PIN"}',
      },
      {
        what: 'an unknown error',
        status: 200,
        body: '{"pinId":"<id>","verified":false,"pinError":"VERIFIED"}',
      },
    ],
  },
};

export const infobipManyTimes: Profile = {
  ...infobip,
  title: 'Infobip, a PIN verifies many times',
  start: () => start(),
};

/** An application with Infobip's defaults, which are stricter than a login's limits. */
export const infobipWithDefaultLimits: Profile = {
  ...infobip,
  title: 'Infobip with default limits',
  start: () =>
    start({
      configuration: {
        pinAttempts: 10,
        verifyPinLimit: '1/3s',
        sendPinPerPhoneNumberLimit: '3/1d',
      },
    }),
};

export const infobipOnce: Profile = {
  ...infobip,
  title: 'Infobip, a PIN verifies once',
  usesUp: true,
  start: () => start({ configuration: { allowMultiplePinVerifications: false } }),
};

export const infobipWithText: Profile = {
  ...infobip,
  title: 'Infobip, content of the app',
  ...textOfTheApp,
  start: () =>
    start({
      messageText: '{{before}}{{pin}}{{after}}',
      options: { contentPlaceholders: ['before', 'after'] },
    }),
};

export const infobipOriginBound: Profile = {
  ...infobip,
  title: 'Infobip, origin-bound codes',
  texts: 'of the app',
  options: { originBoundTo: 'example.com' },
  text: (code) => `Your code is ${code}. Don't share it with anyone.\n\n@example.com #${code}`,
  start: () =>
    start({
      messageText: '{{before}}{{pin}}{{between}}{{pin}}{{after}}',
      options: { contentPlaceholders: ['before', 'between', 'after'] },
    }),
};

import type { NexmoEmulatorOptions } from '../../../lib/emulator/index.js';
import type { NexmoOptions } from '../../../lib/providers/nexmo/options.js';
import { minute } from '../../fixtures/clock.js';
import { messageReply, nexmoAccount, nexmoProvider, startNexmo } from '../../fixtures/nexmo.js';
import type { Profile, Provided, Reply } from '../profile.js';
import { patience, strategyOn, textOfTheApp } from './common.js';
import { brokenAround, tooMany } from './replies.js';

const path = '/sc/us/2fa/json';

async function start(
  emulated: NexmoEmulatorOptions = {},
  options: Partial<NexmoOptions> = {},
): Promise<Provided> {
  const emulator = await startNexmo(emulated);
  const provider = nexmoProvider(emulator, { timeout: patience, ...options });
  return {
    provider,
    emulator,
    strategy: strategyOn(provider),
    overrideNextReply: (call, override) => {
      if (call === 'check') throw new Error('Nexmo has no request to check a code');
      emulator.overrideNextReply({ ...override, path });
    },
    sends: () => emulator.requests.filter((sent) => sent.path === path).length,
    // There is no such request: any other request would be one.
    checks: () => emulator.requests.filter((sent) => sent.path !== path).length,
  };
}

const yes = { status: '0', 'message-id': '0A0000001234ABCD' };
const saying = (what: string, message: object): Reply => ({
  what,
  status: 200,
  body: messageReply(message),
});
const status = (word: string) => saying(`status ${word}`, { ...yes, status: word });

const nexmo: Omit<Profile, 'title' | 'start'> = {
  mobiles: { alice: '+12125550123', bob: '+12125550124' },
  lifetime: 5 * minute,
  checks: 'here',
  resends: 'another code',
  calls: false,
  texts: 'of the provider',
  placeholder: `\${pin}`,
  text: (code) => `Your PIN is ${code}`,
  secrets: [nexmoAccount.apiSecret],
  refusals: {
    number: ['7', '34', '102'].map(status),
    credentials: [
      { what: 'a 401', status: 401 },
      ...['4', '8', '9', '14', '29', '101'].map(status),
    ],
    throttled: [tooMany, { ...status('1'), headers: { 'retry-after': '12' } }],
  },
  broken: {
    send: [
      ...brokenAround(200, messageReply(yes)),
      { what: 'a 201 around the yes', status: 201, body: messageReply(yes) },
      { what: 'the yes at the top level', status: 200, body: JSON.stringify(yes) },
      { what: 'no message', status: 200, body: '{"message-count":"0","messages":[]}' },
      { what: 'two messages', status: 200, body: JSON.stringify({ messages: [yes, yes] }) },
      saying('a status that is a number', { ...yes, status: 0 }),
      saying('no status', { 'message-id': '0A0000001234ABCD' }),
      saying('another number', { ...yes, to: '12125550199' }),
      saying('no id', { status: '0' }),
      ...['00', ' 0', '-0', 'ok', '5', '13', 'constructor'].map(status),
    ],
    check: [],
  },
};

export const nexmoShortCode: Profile = {
  ...nexmo,
  title: "Nexmo's US short code",
  start: () => start(),
};

export const nexmoWithText: Profile = {
  ...nexmo,
  title: "Nexmo's US short code, content of the app",
  ...textOfTheApp,
  start: () =>
    start({ template: `\${before}\${pin}\${after}` }, { contentParameters: ['before', 'after'] }),
};

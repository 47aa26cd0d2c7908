import { randomBytes } from 'node:crypto';
import { ModicaProvider } from 'passport-modica-2fa';
import {
  createInfobipEmulator,
  createModicaEmulator,
  createNexmoEmulator,
  type Message,
  type NexmoEmulator,
  type NexmoEmulatorReceipt,
} from 'passport-modica-2fa/emulator';
import { InfobipClient, InfobipProvider } from 'passport-modica-2fa/infobip';
import { NexmoProvider } from 'passport-modica-2fa/nexmo';
import { infobipPins } from './accounts.js';
import type { SecondFactorOptions } from './authentication.js';
import { templateNames } from './message-text.js';
import { receiptsPath } from './receipts.js';
import type { Settings } from './settings.js';
import type { Users } from './users.js';

export const demoUser = {
  username: 'demo',
  password: 'demo-password',
  mobile: '+64211234567',
};

/** Nexmo's short code reaches no other country. */
export const demoMobileInTheUs = '+12125550123';

/** Nothing gets to this phone, and Nexmo's receipts say so. */
export const mobileOutOfReach = '+12125550199';

/** Milliseconds after which a receipt comes: a carrier's is never there before the answer of the API. */
const receiptDelay = 500;

/** In place of an account: the provider's API on this machine, and somebody who can log in. */
export async function startDemonstration(users: Users, settings: Settings) {
  const demonstration = await startEmulator(settings);
  // In a database file of an earlier start the user is there already.
  await users.create({ ...demoUser, mobile: demonstration.mobile });
  return demonstration;
}

export type Demonstration = Awaited<ReturnType<typeof startDemonstration>>;

type CommonOptions = Omit<SecondFactorOptions, 'provider'>;

async function startEmulator({ provider = 'modica', originBoundTo = 'localhost' }: Settings) {
  const common = {
    originBoundTo,
    // Nobody pays for these messages, and who tries things out logs in more than five times an hour.
    limits: { sendsPerHour: 50, unansweredSendsPerHour: 50 },
  };
  switch (provider) {
    case 'modica':
      return startModica(common);
    case 'infobip':
      return startInfobip(common);
    case 'nexmo':
      return startNexmo(common);
  }
}

/** What the others need no word of. */
const withoutReceipts = {
  mobile: demoUser.mobile,
  outOfReach: undefined,
  signatureSecret: undefined,
  foundAt: (_url: string) => {},
};

async function startModica(common: CommonOptions) {
  const emulator = createModicaEmulator();
  await emulator.start();
  const provider = new ModicaProvider(emulator.account);
  return {
    ...withoutReceipts,
    name: 'modica' as const,
    emulator,
    options: { ...common, provider },
  };
}

async function startInfobip(common: CommonOptions) {
  const emulator = createInfobipEmulator({
    configuration: {
      pinAttempts: 5,
      pinTimeToLive: '5m',
      // By itself Infobip allows one try in three seconds and three messages a day.
      verifyPinLimit: '100/1s',
      sendPinPerPhoneNumberLimit: '50/1h',
    },
  });
  await emulator.start();
  const { apiKey, baseUrl, applicationId } = emulator.account;
  const names = templateNames(common.originBoundTo);
  const { messageId } = await new InfobipClient({ apiKey, baseUrl }).createTemplate(applicationId, {
    messageText: names.map((name) => `{{${name}}}`).join('{{pin}}'),
    pinType: 'NUMERIC',
    pinLength: 6,
  });
  const account = { ...emulator.account, messageId };
  const provider = new InfobipProvider({ ...account, ...infobipPins, contentPlaceholders: names });
  return {
    ...withoutReceipts,
    name: 'infobip' as const,
    emulator,
    options: { ...common, provider },
  };
}

async function startNexmo(common: CommonOptions) {
  const names = templateNames(common.originBoundTo);
  const signatureSecret = randomBytes(32).toString('hex');
  const emulator = createNexmoEmulator({
    signatureSecret,
    template: names.map(parameter).join(parameter('pin')),
  });
  await emulator.start();
  emulator.on('message', (message) => sendReceipt(emulator, message));
  const { conversionBaseUrl: _unused, ...account } = emulator.account;
  const provider = new NexmoProvider({ ...account, contentParameters: names });
  return {
    name: 'nexmo' as const,
    emulator,
    options: { ...common, allowedPrefixes: ['+1'], provider },
    mobile: demoMobileInTheUs,
    outOfReach: mobileOutOfReach,
    signatureSecret,
    foundAt: (url: string) => {
      emulator.webhook = new URL(receiptsPath, url);
    },
  };
}

/** How the texts that are agreed with Nexmo name what goes in. */
const parameter = (name: string) => `$\{${name}}`;

/** None goes out of itself, and none before the app is found anywhere. */
function sendReceipt(emulator: NexmoEmulator, { id = '', to }: Message): void {
  const send = () => {
    if (emulator.webhook === undefined) return;
    const receipt: NexmoEmulatorReceipt =
      to === mobileOutOfReach ? { status: 'failed', errCode: 2 } : { status: 'delivered' };
    emulator.deliverReceipt(id, receipt).catch(console.error);
  };
  setTimeout(send, receiptDelay).unref();
}

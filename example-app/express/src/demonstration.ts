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

export const demoUser = { username: 'demo', password: 'demo-password' };

export const demoMobile = '+64211234567';

/** Nexmo's short code reaches the US and Canada only. */
export const demoMobileInTheUs = '+12125550123';

/** May unlock other users. */
export const supportUser = {
  username: 'support',
  password: 'support-password',
  mobile: { modica: '+64211234568', infobip: '+64211234568', nexmo: '+12125550124' },
};

/** Messages to this number are never delivered, and Nexmo's receipts say so. */
export const mobileOutOfReach = '+12125550199';

/** Milliseconds until a receipt is sent: a carrier's never arrives before the API's answer. */
const receiptDelay = 500;

/** Replaces an account: an emulator of the provider's API, and a demo user. */
export async function startDemonstration(users: Users, settings: Settings) {
  const demonstration = await startEmulator(settings);
  // The database file of an earlier start already has this user.
  await users.create(demoUser, { mobile: demonstration.mobile });
  const { mobile } = supportUser;
  await users.create(supportUser, { mobile: mobile[demonstration.name], role: 'support' });
  return demonstration;
}

export type Demonstration = Awaited<ReturnType<typeof startDemonstration>>;

type CommonOptions = Omit<SecondFactorOptions, 'provider'>;

async function startEmulator({ provider = 'modica', originBoundTo = 'localhost' }: Settings) {
  const common = {
    originBoundTo,
    // These messages cost nothing, and trying things out takes more than five logins an hour.
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

/** Modica and Infobip send no delivery receipts. */
const withoutReceipts = {
  mobile: demoMobile,
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
      // Infobip's defaults are one attempt in three seconds and three messages a day.
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

/** A placeholder in a template, as Nexmo writes it. */
const parameter = (name: string) => `$\{${name}}`;

/** The emulator sends no receipts by itself, and there is no webhook until the app listens. */
function sendReceipt(emulator: NexmoEmulator, { id = '', to }: Message): void {
  const send = () => {
    if (emulator.webhook === undefined) return;
    const receipt: NexmoEmulatorReceipt =
      to === mobileOutOfReach ? { status: 'failed', errCode: 2 } : { status: 'delivered' };
    emulator.deliverReceipt(id, receipt).catch(console.error);
  };
  setTimeout(send, receiptDelay).unref();
}

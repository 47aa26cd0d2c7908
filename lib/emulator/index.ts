// The public entry passport-modica-2fa/emulator.
export type { InfobipApplicationConfiguration } from '../providers/infobip/configuration.js';
export type { NexmoSignatureAlgorithm } from '../providers/nexmo/signature.js';
export type { InfobipPath } from './infobip/api-facts.js';
export {
  createInfobipEmulator,
  type InfobipEmulator,
  type InfobipEmulatorAccount,
} from './infobip/emulator.js';
export type { InfobipEmulatorOptions } from './infobip/options.js';
export type { ModicaPath } from './modica/api-facts.js';
export {
  createModicaEmulator,
  type ModicaEmulator,
  type ModicaEmulatorAccount,
} from './modica/emulator.js';
export type { ModicaEmulatorOptions } from './modica/options.js';
export type { NexmoConversion } from './nexmo/api.js';
export type { NexmoPath, NexmoReceiptStatus, NexmoStatus } from './nexmo/api-facts.js';
export {
  createNexmoEmulator,
  type NexmoEmulator,
  type NexmoEmulatorAccount,
} from './nexmo/emulator.js';
export type { NexmoEmulatorOptions } from './nexmo/options.js';
export type { NexmoEmulatorReceipt, NexmoReceiptDelivery } from './nexmo/receipts.js';
export type { NexmoEmulatorRequest } from './nexmo/request.js';
export type { Emulator, EmulatorEvents, Message } from './server/emulator.js';
export type { RecordedRequest } from './server/http.js';
export type {
  HeldReply,
  LostReply,
  ReplacedReply,
  ReplyOverride,
} from './server/reply-override.js';

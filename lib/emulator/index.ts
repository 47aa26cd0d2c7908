export {
  createInfobipEmulator,
  type InfobipEmulator,
  type InfobipEmulatorAccount,
} from './infobip/emulator.js';
export type { InfobipEmulatorConfiguration, InfobipEmulatorOptions } from './infobip/options.js';
export type { InfobipPath } from './infobip/vocabulary.js';
export {
  createModicaEmulator,
  type ModicaEmulator,
  type ModicaEmulatorAccount,
  type ModicaEmulatorEvents,
} from './modica/emulator.js';
export type { ModicaEmulatorOptions } from './modica/options.js';
export type { ApiPath } from './modica/vocabulary.js';
export type { NexmoConversion } from './nexmo/conversions.js';
export {
  createNexmoEmulator,
  type NexmoEmulator,
  type NexmoEmulatorAccount,
} from './nexmo/emulator.js';
export type { NexmoEmulatorOptions } from './nexmo/options.js';
export type { NexmoEmulatorDelivery, NexmoEmulatorReceipt } from './nexmo/receipts.js';
export type { NexmoEmulatorRequest } from './nexmo/request.js';
export type { NexmoSignatureAlgorithm } from './nexmo/signature.js';
export type { NexmoPath, NexmoReceiptStatus, NexmoStatus } from './nexmo/vocabulary.js';
export type { Emulator, EmulatorEvents } from './server/emulator.js';
export type { Message } from './server/message.js';
export type {
  HeldReply,
  LostReply,
  ReplacedReply,
  ReplyOverride,
} from './server/reply-override.js';
export type { RecordedRequest } from './server/request.js';

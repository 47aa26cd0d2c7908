export type { Bend, HeldReply, LostReply, ReplacedReply } from './bend.js';
export {
  createModicaEmulator,
  type ModicaEmulator,
  type ModicaEmulatorAccount,
  type ModicaEmulatorEvents,
} from './emulator.js';
export type { Message } from './message.js';
export type { ModicaEmulatorOptions } from './options.js';
export type { RecordedRequest } from './server/request.js';
export type { ApiPath } from './vocabulary.js';

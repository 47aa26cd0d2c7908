import type { Emulator } from '../../emulator/index.js';
import type { Place } from './place.js';

/** A provider whose API can be emulated. */
export interface Provider {
  /** The options that are its own. */
  readonly usage: string;
  /** The emulator that the arguments ask for, or what is wrong with them. */
  emulate(args: readonly string[]): Emulation | string;
}

/** An emulator, not started yet. */
export interface Emulation {
  /** Whose API: 'Infobip's 2FA API'. */
  readonly api: string;
  readonly emulator: Emulator<string>;
  readonly place: Place;
  /** What an app must be told, by the names of variables; known once the emulator is started. */
  environment(): Readonly<Record<string, string>>;
}

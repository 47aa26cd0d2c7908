import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Node's timers, taken when this module loads: fake ones that an app's tests install later (Jest, Sinon,
 * Vitest) would make a login wait for ever. Times still follow the app's `Date`.
 */
export const timers = { clearTimeout, delay, setImmediate, setTimeout };

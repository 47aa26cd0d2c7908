// Public entry `passport-modica-2fa/testing`.

export {
  type StorageCheck,
  type StorageConformanceOptions,
  storageConformance,
} from './conformance.js';

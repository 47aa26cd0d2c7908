// Public entry `passport-modica-2fa/testing`.

export {
  type MemoryCheck,
  type MemoryConformanceOptions,
  memoryConformance,
} from './conformance.js';

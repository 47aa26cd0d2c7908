export {
  type MemoryCheck,
  type MemoryConformanceOptions,
  memoryConformance,
} from './conformance.js';

export * from './index.js';
export { ModicaTwoFactorStrategy as default } from './index.js';

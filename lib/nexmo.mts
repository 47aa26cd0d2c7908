export * from './nexmo.js';

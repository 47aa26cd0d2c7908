export * from './infobip.js';

// The entry `passport-modica-2fa/browser`: runs in browsers, and works with any server.
export { enhanceCodeForm } from './enhance-code-form.js';
export { type SubmitOptions, submitOnce } from './submit-once.js';

export * from './passport.mjs';

/** A payment; without a code it asks for one. */
export const transfer = (browser, payment) => browser.post('/transfer', payment);

import type { Route, Step } from './framework.js';

const password: Step = { strategy: 'local', options: { session: false, failWithError: true } };
const code = (options: Step['options'], strategy: Step['strategy'] = 'modica-2fa'): Step => ({
  strategy,
  options: { failWithError: true, ...options },
});
/** Without failWithError a custom callback gets refusals as infos. */
const asInfo = { failWithError: false };
const challenge = { phase: 'challenge' } as const;
const response = { phase: 'response' } as const;

/** Every way in which the scenarios use the strategy. */
export const routes: readonly Route[] = [
  { path: '/login', steps: [password, code(challenge)] },
  { path: '/login/code', steps: [code(response)] },
  { path: '/staff/login', steps: [password, code(challenge, 'staff-2fa')] },
  { path: '/staff/login/code', steps: [code(response, 'staff-2fa')] },
  { path: '/step-up', steps: [{ ...code({ purpose: 'step-up' }), authorize: true }] },
  { path: '/confirm', steps: [code({ purpose: 'step-up', session: false })] },
  // The mistake that the README warns of: { session: false } is missing.
  { path: '/half', steps: [{ ...password, options: {} }, code(challenge)] },
  { path: '/half/unpinned', steps: [{ ...password, options: {} }, code({})] },
  { path: '/half/without-info', steps: [{ ...password, options: { authInfo: false } }, code({})] },
  { path: '/half/callback', steps: [{ ...password, options: {}, logsIn: true }, code({})] },
  {
    path: '/half/pinned/without-info',
    steps: [{ ...password, options: { authInfo: false } }, code(response)],
  },
  {
    path: '/half/pinned/callback',
    steps: [{ ...password, options: {}, logsIn: true }, code(response)],
  },
  { path: '/unpinned', steps: [{ ...password }, code({})] },
  { path: '/without-first-factor', steps: [code(challenge)] },
  { path: '/callback', steps: [{ ...code({ ...response, ...asInfo }), callback: true }] },
  {
    path: '/list',
    steps: [{ ...code({ ...response, ...asInfo }, ['modica-2fa', 'staff-2fa']), callback: true }],
  },
  // failWithError would end the list at the first refusal: a strategy does not know whether others follow.
  {
    path: '/either',
    steps: [code({ ...response, ...asInfo }, ['modica-2fa', 'staff-2fa'])],
  },
  { path: '/flash', steps: [code({ ...response, failureFlash: true })] },
  {
    path: '/pages/login',
    steps: [password, code({ challengeRedirect: '/pages/code', failureRedirect: '/pages/login' })],
  },
  {
    path: '/pages/code',
    steps: [code({ ...response, successRedirect: '/', failureRedirect: '/pages/code' })],
  },
];

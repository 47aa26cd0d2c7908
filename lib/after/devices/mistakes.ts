import { SetupError } from '../../errors.js';

/** A device can be trusted only where its next login comes by. */
export function notMounted(): SetupError {
  return new SetupError('option_invalid', {
    problem:
      'A device was to be trusted in a request that the middleware of rememberDevice has not seen.',
    cure: 'Mount it before the routes of the login: app.use(devices).',
  });
}

/** Trust comes from a code, and from nothing else. */
export function notProved(): SetupError {
  return new SetupError('info_unknown', {
    problem: 'A device was to be trusted in a request in which no code proved its user.',
    cure: 'Call trust(request) in the handler after the strategy, in a login or a step-up without a binding, with request.user and request.authInfo as they are.',
  });
}

export function otherRealm(): SetupError {
  return new SetupError('option_invalid', {
    problem:
      'The option "realm" of rememberDevice is not that of the strategy whose code was right.',
    cure: 'Give both the same, or each realm a rememberDevice of its own.',
  });
}

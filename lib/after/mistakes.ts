import { SetupError } from '../errors.js';

/** Mistakes that no user can put right: each would be a refusal for ever. */
export function userWithoutId(): SetupError {
  return new SetupError('user_unusable', {
    problem:
      'The user of this request has no id that is a string or a finite number, so no second factor can ever be theirs.',
    cure: 'Give the guard the same "userId" as the strategy: (user) => …',
  });
}

export function noSessionToAsk(): SetupError {
  return new SetupError('session_missing', {
    problem: 'There is no session that could say when the second factor was proved.',
    cure: 'Mount your session middleware before this route, or give requireSecondFactor its "verifiedAt", which reads it from a token.',
  });
}

export function otherRealm(proved: string, asked: string): SetupError {
  return new SetupError('option_invalid', {
    problem: `The option "realm" of the guard is ${JSON.stringify(asked)} and that of the strategy ${JSON.stringify(proved)}, so no second factor could ever serve here.`,
    cure: 'Give the guard the same "realm" as the strategy.',
  });
}

export function otherTypeOfId(proved: string, asked: string): SetupError {
  return new SetupError('user_unusable', {
    problem: `The option "userId" of the guard gives a ${asked} and that of the strategy a ${proved} for the same user, so no second factor could ever serve here.`,
    cure: 'Give the guard the same "userId" as the strategy: (user) => String(user.id).',
  });
}

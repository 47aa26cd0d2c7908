/** The secret that is taken where none is given. */
export const usualSecret = 'emulator';

/** As it may stand on a screen: one that was given is not repeated. */
export function shownSecret(secret: string): string {
  return secret === usualSecret ? secret : '(the one you gave)';
}

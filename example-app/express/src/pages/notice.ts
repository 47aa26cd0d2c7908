import type { Request } from 'express';

/** A message for the next page, after a redirect, so that a refresh repeats nothing. */
export interface Notice {
  /** An alert says what went wrong. */
  readonly kind: 'alert' | 'status';
  readonly text: string;
  /** The field that it is about, if any. */
  readonly field?: 'code' | 'recoveryCode' | undefined;
  /** What was typed into the login form; never the password. */
  readonly username?: string | undefined;
}

declare module 'express-session' {
  interface SessionData {
    notice?: Notice;
  }
}

export function leaveNotice({ session }: Request, notice: Notice): void {
  session.notice = notice;
}

/** Takes the notice out of the session. */
export function takeNotice({ session }: Request): Notice | undefined {
  const { notice } = session;
  delete session.notice;
  return notice;
}

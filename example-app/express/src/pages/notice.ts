import type { Request } from 'express';

/** A sentence for the next page: a redirect comes between, so that a refresh repeats nothing. */
export interface Notice {
  /** An alert is about something that went wrong. */
  readonly kind: 'alert' | 'status';
  readonly text: string;
  /** The field that it is about, if it is about one. */
  readonly field?: 'code' | undefined;
  /** What was typed into the login form, never the password. */
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

/** Once: it is gone at the next visit. */
export function takeNotice({ session }: Request): Notice | undefined {
  const { notice } = session;
  delete session.notice;
  return notice;
}

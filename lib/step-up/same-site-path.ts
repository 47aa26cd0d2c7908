/** Some site, for reading paths; nobody can have it (RFC 6761). */
const base = 'https://same-site.invalid';

/** Where a browser may be sent back to: never longer than what a URL bar takes. */
const longestPath = 2000;

/**
 * A path on this very site, or the fallback: a target from a query or a session must not send a user,
 * fresh from typing a code, to somebody else's page (CWE-601). It is read as a browser reads it, for
 * which `/\evil.example`, `//evil.example` and `/<tab>/evil.example` are other sites.
 *
 * @param target - What was asked for, of whatever type.
 * @param fallback - Where to go otherwise.
 * @example response.redirect(303, sameSitePath(request.query.next));
 */
export function sameSitePath(target: unknown, fallback = '/'): string {
  if (typeof target !== 'string' || target.length > longestPath) return fallback;
  // A browser drops tabs and line breaks, and takes a backslash for a slash.
  if (!/^\/(?![/\\])[\x21-\x7e]*$/.test(target) || target.includes('\\')) return fallback;
  const { pathname, search, hash } = new URL(target, base);
  // '/.//evil.example' is a path here and would be another site once it is written down.
  return pathname.startsWith('//') ? fallback : `${pathname}${search}${hash}`;
}

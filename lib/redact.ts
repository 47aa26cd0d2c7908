// Removes phone numbers, codes and credentials from messages that are logged.

/** How much of a message is read, and how much is shown, in characters. */
const longestRead = 4000;
const longestShown = 500;

/** The replacement for removed parts. */
const gap = '…';

/**
 * A quoted object: a stored record in Knex's SQL, a request in nock's error. A truncated one extends to the
 * end of the message.
 */
const values = /\{[^{}]*["'][\s\S]*\}|\{\s*\\?["'][\s\S]*$/g;

/** RFC 3986, 3.2.1: `redis://:password@host`. */
const userInfo = /\/\/[^\s/]*@/g;

/** RFC 9110, 11.4, and Infobip's `App`. Ordinary words after a scheme have no digit or capital letter. */
const authorization =
  /\b([Bb]asic|[Bb]earer|[Dd]igest|[Nn]egotiate|[Tt]oken|App)\s+(?=[^\s"',;]*[0-9A-Z=+/])[^\s"',;]{4,}/g;

const named =
  /((?:authorization|passw(?:or)?d|pwd|secret|api[_-]?key|cookie)\\?["']?\s*[:=]\s*\\?["']?|\b(?:token|sig)=)[^\s"',;&]+/gi;

const port = ':\\d{1,5}(?!\\w)';
const group = '[0-9a-f]{1,4}';
const ipv6 = `(?<![\\w:])(?:(?:${group}:){7}${group}|(?:(?:${group}:){1,6}|:):(?:${group}:){0,6}(?:\\d{5}|[0-9a-f]{0,4}))(?!\\w)`;
const ipv4 = `\\b(?:\\d{1,3}\\.){3}\\d{1,3}(?:${port}|(?![\\w.]))`;
const host = `\\b(?:localhost|(?:[a-z\\d-]+\\.)+[a-z][a-z\\d-]*)${port}`;
const amount = '\\b\\d{1,7} ?(?:ms|milliseconds|seconds|bytes)\\b';

/** Separators between digits: spaces of any width, dashes of any length. */
const between = '[\\s\\p{Pd}()./_,:\u2212]*';

/** Addresses, durations and sizes are kept; other runs of four or more digits may be codes or numbers. */
const place = `${ipv4}|${ipv6}|${host}|${amount}`;
const digits = new RegExp(
  `(${place})|[+(]?\\d(?:${between}(?!(?<=[,:]\\s?)(?:${place}))\\d){3,}`,
  'giu',
);

/**
 * Redacts another program's message for logs: removes telephone numbers, codes, credentials, quoted records
 * and the given secrets, and keeps the rest. Used for every such message in an error or an event.
 *
 * @param secrets - The values that were sent, because a code of letters matches no pattern.
 */
export function scrub(text: string, secrets: Iterable<string> = []): string {
  let scrubbed = text.slice(0, longestRead);
  for (const written of spellings(secrets)) {
    scrubbed = isNumber(written)
      ? scrubbed.replace(spelledOut(written, '\\D'), gap)
      : scrubbed.replaceAll(written, gap);
  }
  scrubbed = scrubbed
    .replace(values, `{${gap}}`)
    .replace(userInfo, `//${gap}@`)
    .replace(authorization, `$1 ${gap}`)
    .replace(named, `$1${gap}`)
    .replace(digits, (_found, kept: string | undefined) => kept ?? gap);
  return scrubbed.length > longestShown ? `${scrubbed.slice(0, longestShown)}${gap}` : scrubbed;
}

/** Whether a string contains one of the secrets, in any spelling. */
export function containsSecret(text: string, secrets: Iterable<string>): boolean {
  const joined = text.replace(/[\W_]+/g, '');
  return spellings(secrets).some(
    (written) =>
      text.includes(written) ||
      // Creating a regular expression for each secret of each reply was an eighth of a login's CPU.
      (joined.includes(written) && isNumber(written) && spelledOut(written, '[\\W_]').test(text)),
  );
}

const isNumber = (text: string) => /^\d+$/.test(text);

/**
 * Matches a number by its digits, with separators between them. A code inside a longer number is left to
 * the general pattern, or the rest of that number would remain.
 */
function spelledOut(number: string, between: string): RegExp {
  return new RegExp(`(?<!\\d)\\+?${[...number].join(`${between}{0,3}`)}(?!\\d)`, 'g');
}

/** Every spelling of the secrets, the longest first. Strings shorter than any code are not secrets. */
function spellings(secrets: Iterable<string>): readonly string[] {
  const all = [...secrets].flatMap((secret) => {
    // Without padding, which base64 of a longer string would not have here.
    const encoded = Buffer.from(secret).toString('base64').replace(/=+$/, '');
    if (isWrittenAsIs(secret)) return [secret, encoded];
    return [
      secret,
      secret.replace(/^\+/, '').replace(/=+$/, ''),
      encoded,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
    ];
  });
  return all.filter(({ length }) => length >= 4).sort((one, other) => other.length - one.length);
}

/** Whether JSON, a URL and a number without its plus are the string itself. */
const isWrittenAsIs = (secret: string) => /^[\w.~-]*$/.test(secret);

/** More of it than this is not read, and not shown. In characters. */
const longestRead = 4000;
const longestShown = 500;

/** What stands in the place of what is taken out. */
const gap = '…';

/**
 * An object with its values: a record of ours in the SQL that Knex quotes, the request that nock quotes.
 * One that is cut short goes to the end of the message.
 */
const values = /\{[^{}]*["'][\s\S]*\}|\{\s*\\?["'][\s\S]*$/g;

/** RFC 3986, 3.2.1: `redis://:password@host`. */
const userInfo = /\/\/[^\s/]*@/g;

/** RFC 9110, 11.4, and Infobip's `App`. What a scheme is followed by in prose has no digit or capital. */
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

/** What people and programs put between digits: blanks of any width, dashes of any length. */
const between = '[\\s\\p{Pd}()./_,:\u2212]*';

/** Where it failed and how long it took, which are kept; then what can be a code or a number: four digits. */
const place = `${ipv4}|${ipv6}|${host}|${amount}`;
const digits = new RegExp(
  `(${place})|[+(]?\\d(?:${between}(?!(?<=[,:]\\s?)(?:${place}))\\d){3,}`,
  'giu',
);

/**
 * A text of another program as it may be logged: without telephone numbers, codes, credentials, quoted
 * records and the given secrets, and still saying what failed. Used wherever such a text enters an error
 * or an event.
 *
 * @param secrets - what was sent: a code of letters has no pattern
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

/** Whether one of the secrets stands in it, however it is written. */
export function holds(text: string, secrets: Iterable<string>): boolean {
  return spellings(secrets).some(
    (written) =>
      text.includes(written) || (isNumber(written) && spelledOut(written, '[\\W_]').test(text)),
  );
}

const isNumber = (text: string) => /^\d+$/.test(text);

/**
 * A number by its digits, whatever stands between them. Within a longer number a code is not taken out by
 * itself: the rest of the number would stay.
 */
function spelledOut(number: string, between: string): RegExp {
  return new RegExp(`(?<!\\d)\\+?${[...number].join(`${between}{0,3}`)}(?!\\d)`, 'g');
}

/** As they can stand in a text, the longest first; what is shorter than any code is no secret. */
function spellings(secrets: Iterable<string>): readonly string[] {
  const all = [...secrets].flatMap((secret) => {
    // Without what the base64 of a longer text would not end in.
    const encoded = Buffer.from(secret).toString('base64').replace(/=+$/, '');
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

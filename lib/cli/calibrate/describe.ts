import type { Reply } from '../../providers/http/reply.js';
import { hasZone, timeOf } from './created.js';
import { literal } from './literal.js';
import { wordsOf } from './said.js';
import type { Secrets } from './secrets.js';

/** HTTP status, words and request id. */
export function describeReply(reply: Reply, secrets: Secrets): string {
  const { status, body, requestId } = reply;
  const words = Object.entries(wordsOf(reply)).flatMap(([name, word]) =>
    word === undefined ? [] : [`${name} ${shown(word, secrets)}`],
  );
  return [
    status,
    ...(body === undefined ? ['no JSON'] : words),
    requestId === undefined ? 'no request id' : `request id ${shown(requestId, secrets)}`,
  ].join(', ');
}

/** A time as it came. */
export function describeTime(timestamp: string | undefined, secrets: Secrets): string {
  if (timestamp === undefined) return 'missing';
  return `${shown(timestamp, secrets)}${remarkOn(timestamp)}`;
}

function remarkOn(timestamp: string): string {
  if (Number.isNaN(timeOf(timestamp))) return ' (cannot be read as a time)';
  return hasZone(timestamp) ? '' : ' (names no zone: taken for UTC)';
}

const longestShown = 200;

/** What the API wrote: it quotes nothing that is secret, and does nothing to the screen. */
function shown(text: string, secrets: Secrets): string {
  return literal(secrets.hide(text).slice(0, longestShown));
}

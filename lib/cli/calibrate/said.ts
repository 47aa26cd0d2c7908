import { z } from 'zod';
import type { Reply } from '../../providers/http/reply.js';
import type { Answer } from './answer.js';
import type { Secrets } from './secrets.js';

/** What the document lets the API say of a code: a status with a 201, or an error with a 400. */
export interface Said {
  readonly field: 'status' | 'error';
  readonly word: string;
}

const text = z.string().optional().catch(undefined);
const wordsSchema = z.object({ status: text, error: text }).catch({});

/** The words of a reply, whatever its HTTP status. */
export function wordsOf({ body }: Reply): {
  status?: string | undefined;
  error?: string | undefined;
} {
  return wordsSchema.parse(body);
}

/** Undefined where the reply is outside the document. */
export function saidBy(reply: Reply): Said | undefined {
  const { status, error } = wordsOf(reply);
  if (reply.status === 201 && status !== undefined) return { field: 'status', word: status };
  if (reply.status === 400 && error !== undefined) return { field: 'error', word: error };
  return undefined;
}

export function saidIn(answer: Answer): Said | undefined {
  return answer.kind === 'reply' ? saidBy(answer.reply) : undefined;
}

const longestWord = 64;

/** Whether an option can name it. What quotes the request is another text each time. */
export function isWord(word: string, secrets: Secrets): boolean {
  return word.length > 0 && word.length <= longestWord && !secrets.isIn(word);
}

import http from 'node:http';
import type https from 'node:https';
import { z } from 'zod';

/** How an API is reached. */
export interface HttpOptions {
  readonly baseUrl: string;
  readonly agent?: { http?: http.Agent | undefined; https?: https.Agent | undefined } | undefined;
  /** Milliseconds for a whole call, repeats included. */
  readonly timeout: number;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** An https URL; plain http for this machine only, because credentials would travel in the clear. */
export function isReachable(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname));
}

/** A URL and nothing else: no credentials, no query. */
export function isBare(text: string): boolean {
  const { username, password } = new URL(text);
  return !(username || password || /[?#]/.test(text));
}

/** As paths are put behind it. */
export function withoutSlash(text: string): string {
  return new URL(text).href.replace(/\/+$/, '');
}

export const agentSchema = z
  .strictObject({
    http: z.instanceof(http.Agent, { error: 'must be an http.Agent' }).optional(),
    // Proxy agents serve https without being one of Node's own https agents.
    https: z
      .custom<https.Agent>((value) => value instanceof http.Agent, {
        error: 'must be an https.Agent',
      })
      .optional(),
  })
  .optional();

export const timeoutSchema = z
  .number({ error: 'must be a number of milliseconds' })
  .int({ error: 'must be whole milliseconds' })
  .min(100, { error: 'must be at least 100 milliseconds' })
  .max(120_000, { error: 'must be at most 120000 milliseconds' })
  .default(10_000);

/** Where an API is: an https URL and nothing else; `hint` says what it looks like, or where to find it. */
export function baseUrlSchema(hint: string, secret: string) {
  return z.string({ error: `must be a text, ${hint}` }).transform((text, context) => {
    if (!isReachable(text)) {
      context.addIssue(
        `must be an https URL, ${hint}; http only reaches this machine, because the ${secret} would travel in the clear`,
      );
      return z.NEVER;
    }
    if (!isBare(text)) {
      context.addIssue(`must be a bare URL, ${hint}; credentials have options of their own`);
      return z.NEVER;
    }
    return withoutSlash(text);
  });
}

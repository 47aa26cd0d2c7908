// The options that several providers share: their types and schemas.
import http from 'node:http';
import type https from 'node:https';
import { z } from 'zod';
import { isDestination } from '../phone-number.js';
import { longestCodeLifetime, type Verdict } from './provider.js';

/** How a provider makes its HTTP requests. */
export interface HttpOptions {
  /**
   * HTTP agents of the app, for example for a proxy.
   * @default one keep-alive agent per protocol, shared by all requests of the provider
   */
  agent?: { http?: http.Agent | undefined; https?: https.Agent | undefined } | undefined;
  /**
   * Milliseconds that a call may take, retries included: 100 to 120000. After that it throws a
   * `ProviderOutcomeUnknownError`, or a `ProviderUnavailableError` if the request never left.
   * @default 10000
   */
  timeout?: number | undefined;
}

/** An API to call, as parsed from the options. */
export interface Endpoint {
  readonly baseUrl: string;
  readonly agent?: HttpOptions['agent'];
  readonly timeout: number;
}

export const agentSchema = z
  .strictObject({
    http: z.instanceof(http.Agent, { error: 'must be an http.Agent' }).optional(),
    // Proxy agents extend http.Agent and serve https, without being one of Node's https agents.
    https: z
      .custom<https.Agent>((value) => value instanceof http.Agent, {
        error: 'must be an https.Agent',
      })
      .optional(),
  })
  .optional();

export const timeoutSchema = z
  .number({ error: 'must be a number of milliseconds' })
  .int({ error: 'must be a whole number of milliseconds' })
  .min(100, { error: 'must be at least 100 milliseconds' })
  .max(120_000, { error: 'must be at most 120000 milliseconds' })
  .default(10_000);

/**
 * An https URL without credentials, query or fragment, to which paths are appended.
 *
 * @param example - completes the error message: 'like "https://…"'
 * @param secret - what a request would reveal over plain http
 */
export function baseUrlSchema(example: string, secret: string) {
  return z.string({ error: `must be a string, ${example}` }).transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !isSecure(url)) {
      context.addIssue(
        `must be an https URL, ${example}; plain http is accepted for this machine only, because it would send the ${secret} unencrypted`,
      );
      return z.NEVER;
    }
    // Not url.search and url.hash: both are empty for a URL that ends in '?' or '#'.
    if (url.username || url.password || /[?#]/.test(text)) {
      context.addIssue(
        `must be a URL without credentials, query and fragment, ${example}; credentials have options of their own`,
      );
      return z.NEVER;
    }
    return url.href.replace(/\/+$/, '');
  });
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname));
}

/** A phone number that may be sent a message. */
export const destinationSchema = z.custom<string>(isDestination, {
  error: 'must be a phone number in E.164 format, for example +64211234567',
});

/** Seconds until a code expires; NIST SP 800-63B-4 and OWASP ASVS 6.5.5 allow 600 at most. */
export const codeLifetimeSchema = z
  .number({ error: 'must be a number of seconds' })
  .int({ error: 'must be a whole number of seconds' })
  .min(30, { error: 'must be at least 30 seconds' })
  .max(longestCodeLifetime, { error: `must be at most ${longestCodeLifetime} seconds` });

/** The default is for an API that does not document its codes: any letters and digits, so that none is refused. */
export const codePatternSchema = z
  .instanceof(RegExp, { error: 'must be a regular expression' })
  // A global or sticky one keeps its lastIndex between calls, and so rejects every other code.
  .refine(({ global, sticky }) => !global && !sticky, {
    error: 'must be a regular expression without the flags g and y',
  })
  .default(/^[0-9A-Za-z]{4,12}$/);

const rejections = ['rejected', 'expired', 'used', 'exhausted'] as const satisfies Verdict[];

/** Verdicts by the API's own values. `accepted` is not among them, so no option here can accept a code. */
export const errorVerdictsSchema = z.record(z.string(), z.enum(rejections), {
  error: "must map the API's values to 'rejected', 'expired', 'used' or 'exhausted'",
});

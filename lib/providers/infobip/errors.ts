// Turns Infobip's refusals into errors.
import { z } from 'zod';
import { ConfigurationError, ProviderReplyError, type TwoFactorError } from '../../errors.js';
import { type ApiDescription, faultOf, type Reply } from '../http/reply.js';

export const infobip: ApiDescription = {
  name: 'Infobip',
  credentialsHint:
    'Check that INFOBIP_API_KEY is a key with the 2FA scopes, that the application is enabled, and that "baseUrl" belongs to the same account.',
};

/** Infobip's reason for refusing a request. */
interface Exception {
  /** The document's `messageId`: a word like BAD_REQUEST. */
  readonly error: string;
  /** The names of the invalid fields. */
  readonly fields: readonly string[];
}

const exceptionSchema = z.object({
  requestError: z.object({
    serviceException: z.object({
      messageId: z.string().min(1),
      // Its content is not documented: only the field names are read.
      validationErrors: z.record(z.string(), z.unknown()).optional().catch(undefined),
    }),
  }),
});

/** The exception in a reply; undefined if there is none, so that the reply may not be Infobip's at all. */
export function exceptionIn({ body }: Reply): Exception | undefined {
  const parsed = exceptionSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { messageId, validationErrors = {} } = parsed.data.requestError.serviceException;
  return { error: messageId, fields: Object.keys(validationErrors) };
}

/** Whether a limit of the application was exceeded, in which case the request was not processed. */
export function isThrottled(reply: Reply): boolean {
  const { status } = reply;
  const refused = status >= 400 && status < 500;
  return status === 429 || (refused && exceptionIn(reply)?.error === 'TOO_MANY_REQUESTS');
}

/** Infobip's own 404, not that of a proxy or of another server at "baseUrl". */
export function isUnknown(reply: Reply): boolean {
  return reply.status === 404 && exceptionIn(reply) !== undefined;
}

/**
 * The error for a reply that is not a documented success. A 400 or 404 with Infobip's own exception refuses
 * the app's configuration, and nothing was done.
 */
export function faultIn(reply: Reply): TwoFactorError {
  const exception = exceptionIn(reply);
  // Without Infobip's exception, a 403 is a proxy's and says nothing about the key.
  if (reply.status === 403 && exception !== undefined)
    return faultOf({ ...reply, status: 401 }, infobip);
  if (isThrottled(reply)) return faultOf({ ...reply, status: 429 }, infobip);
  if (exception !== undefined && (reply.status === 400 || reply.status === 404)) {
    return refusalOf(reply.status, exception);
  }
  return faultOf(reply, infobip);
}

/** Only what looks like a field name is logged: a reply might quote what was posted. */
const fieldName = /^[A-Za-z][\w.[\]]{0,39}$/;

function refusalOf(status: 400 | 404, { fields }: Exception): ConfigurationError {
  const named = fields.filter((field) => fieldName.test(field) && !/\d{3}/.test(field));
  const which = named.length === 0 ? '' : ` (${named.join(', ')})`;
  return new ConfigurationError('option_invalid', {
    problem:
      status === 404
        ? 'Infobip does not know the application or the message template; nothing was sent.'
        : `Infobip refuses the request${which}; nothing was sent.`,
    hint: 'Check "applicationId" and "messageId": the template must belong to the application, and both to the account of "baseUrl". Then check "from" and the placeholders.',
  });
}

/** The error for a reply to another request, or one that contradicts itself. */
export function contradiction(what: string): ProviderReplyError {
  return new ProviderReplyError({
    problem: `Infobip's reply ${what}.`,
    hint: 'It was discarded. Ask Infobip, and the operator of any proxy in between.',
  });
}

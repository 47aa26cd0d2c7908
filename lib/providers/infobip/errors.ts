import { z } from 'zod';
import { ConfigurationError, ProviderReplyError, type TwoFactorError } from '../../errors.js';
import { type Desk, faultOf, type Reply } from '../http/reply.js';

export const desk: Desk = {
  name: 'Infobip',
  credentials:
    'Check INFOBIP_API_KEY, that the key has the scopes of 2FA, that the application is enabled, and that "baseUrl" is that of the same account.',
};

/** What Infobip says of a request that it refused. */
interface Exception {
  /** `messageId` in the document: a word like BAD_REQUEST. */
  readonly error: string;
  /** The names of the fields that it found wrong. */
  readonly fields: readonly string[];
}

const exceptionSchema = z.object({
  requestError: z.object({
    serviceException: z.object({
      messageId: z.string().min(1),
      // What is in it is not documented: no more than the names of fields is read.
      validationErrors: z.record(z.string(), z.unknown()).optional().catch(undefined),
    }),
  }),
});

/** The exception in a reply; undefined when there is none, and the reply may not be Infobip's at all. */
export function exceptionIn({ body }: Reply): Exception | undefined {
  const parsed = exceptionSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { messageId, validationErrors = {} } = parsed.data.requestError.serviceException;
  return { error: messageId, fields: Object.keys(validationErrors) };
}

/** A limit of the application's was met, and the request not looked at. */
export function isThrottled(reply: Reply): boolean {
  const { status } = reply;
  const refused = status >= 400 && status < 500;
  return status === 429 || (refused && exceptionIn(reply)?.error === 'TOO_MANY_REQUESTS');
}

/** Infobip's own 404, as against that of whatever else "baseUrl" may lead to. */
export function isUnknown(reply: Reply): boolean {
  return reply.status === 404 && exceptionIn(reply) !== undefined;
}

/**
 * The error for every reply that is no documented success. A 400 or 404 with Infobip's own exception
 * is a refusal of what the app is set up with: nothing was done.
 */
export function faultIn(reply: Reply): TwoFactorError {
  const exception = exceptionIn(reply);
  // Without an exception of Infobip's it is a proxy's, and says nothing of the key.
  if (reply.status === 403 && exception !== undefined)
    return faultOf({ ...reply, status: 401 }, desk);
  if (isThrottled(reply)) return faultOf({ ...reply, status: 429 }, desk);
  if (exception !== undefined && (reply.status === 400 || reply.status === 404)) {
    return refusalOf(reply.status, exception);
  }
  return faultOf(reply, desk);
}

/** A name of a field and no more of it than fits a line: should one quote what was posted, no log has it. */
const fieldName = /^[A-Za-z][\w.[\]]{0,39}$/;

function refusalOf(status: 400 | 404, { fields }: Exception): ConfigurationError {
  const named = fields.filter((field) => fieldName.test(field) && !/\d{3}/.test(field));
  const which = named.length === 0 ? '' : ` (${named.join(', ')})`;
  return new ConfigurationError('option_invalid', {
    problem:
      status === 404
        ? 'Infobip does not know the application or the message template; nothing was sent.'
        : `Infobip refuses what it was asked${which}; nothing was sent.`,
    hint: 'Check "applicationId" and "messageId": the template belongs to the application, and both to the account of "baseUrl"; then "from" and the placeholders.',
  });
}

/** Infobip answered about something else than it was asked, or said yes and no at once. */
export function contradiction(what: string): ProviderReplyError {
  return new ProviderReplyError({
    problem: `Infobip's reply ${what}.`,
    hint: 'It was not believed. Ask Infobip about the reply, and whoever runs a proxy in between.',
  });
}

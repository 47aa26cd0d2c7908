// A client for Infobip's 2FA API.
import { z } from 'zod';
import { parseOptions } from '../../options/parse.js';
import { parseReply, type Reply } from '../http/reply.js';
import { type Call, Transport } from '../http/transport.js';
import {
  applicationRequestSchema,
  applicationSchema,
  applicationsSchema,
  type InfobipApplication,
  type InfobipApplicationRequest,
  type InfobipTemplate,
  type InfobipTemplateRequest,
  templateRequestSchema,
  templateSchema,
  templatesSchema,
  templateUpdateSchema,
} from './configuration.js';
import { contradiction, exceptionIn, faultIn, infobip, isThrottled, isUnknown } from './errors.js';
import { type InfobipClientOptions, idSchema, infobipClientSchema } from './options.js';
import {
  asMsisdn,
  assertSameNumber,
  type InfobipChannel,
  type InfobipVerification,
  type ResendPinRequest,
  resendPinSchema,
  type SendPinRequest,
  type SendPinResult,
  sendPinSchema,
  sentSchemas,
  type VerificationsRequest,
  type VerifyPinRequest,
  type VerifyPinResult,
  verificationsRequestSchema,
  verificationsSchema,
  verifiedSchema,
  verifyPinSchema,
} from './pins.js';

/**
 * A client for Infobip's 2FA API v2 for SMS and voice calls, without sessions or limits.
 *
 * Every call rejects with a {@link ConfigurationError} for input that the API document forbids (nothing is
 * sent) and for an application or template that Infobip does not know, or with a
 * {@link ProviderUnavailableError}, {@link ProviderOutcomeUnknownError}, {@link ProviderCredentialsError},
 * {@link ProviderThrottledError} or {@link ProviderReplyError}.
 *
 * @example
 * const client = new InfobipClient({ apiKey: 'secret', baseUrl: 'https://xxxxx.api.infobip.com' });
 * const { applicationId } = await client.createApplication({ name: 'Login' });
 */
export class InfobipClient {
  /** Milliseconds that a call takes at most. */
  readonly timeout: number;
  readonly #transport: Transport;

  /** @throws {ConfigurationError} `option_invalid`, for a missing, unknown or invalid option. */
  constructor(options: InfobipClientOptions) {
    const { apiKey, ...endpoint } = parseOptions(infobipClientSchema, options);
    this.timeout = endpoint.timeout;
    const headers = { authorization: `App ${apiKey}` };
    const secrets = [apiKey];
    this.#transport = new Transport({ ...endpoint, name: infobip.name, headers, secrets });
  }

  async createApplication(request: InfobipApplicationRequest): Promise<InfobipApplication> {
    const body = parseOptions(applicationRequestSchema, request);
    return this.#manage(applicationSchema, 'POST', '/applications', body);
  }

  async getApplications(): Promise<readonly InfobipApplication[]> {
    return this.#manage(applicationsSchema, 'GET', '/applications');
  }

  async getApplication(applicationId: string): Promise<InfobipApplication> {
    return this.#manage(applicationSchema, 'GET', applicationPath(applicationId));
  }

  async updateApplication(
    applicationId: string,
    request: InfobipApplicationRequest,
  ): Promise<InfobipApplication> {
    const body = parseOptions(applicationRequestSchema, request);
    return this.#manage(applicationSchema, 'PUT', applicationPath(applicationId), body);
  }

  async createTemplate(
    applicationId: string,
    request: InfobipTemplateRequest,
  ): Promise<InfobipTemplate> {
    const body = parseOptions(templateRequestSchema, request);
    return this.#manage(templateSchema, 'POST', templatesPath(applicationId), body);
  }

  async getTemplates(applicationId: string): Promise<readonly InfobipTemplate[]> {
    return this.#manage(templatesSchema, 'GET', templatesPath(applicationId));
  }

  async getTemplate(applicationId: string, messageId: string): Promise<InfobipTemplate> {
    return this.#manage(templateSchema, 'GET', templatePath(applicationId, messageId));
  }

  /** Changes only the given settings. */
  async updateTemplate(
    applicationId: string,
    messageId: string,
    request: Partial<InfobipTemplateRequest>,
  ): Promise<InfobipTemplate> {
    const body = parseOptions(templateUpdateSchema, request);
    return this.#manage(templateSchema, 'PUT', templatePath(applicationId, messageId), body);
  }

  /** Sends a new PIN, in an SMS or a call. Never retried once the API may have received it. */
  async sendPin(request: SendPinRequest): Promise<SendPinResult> {
    const { to, numberLookup, channel, ...rest } = parseOptions(sendPinSchema, request);
    const query = numberLookup === undefined ? '' : `?ncNeeded=${numberLookup}`;
    const reply = await this.#call({
      method: 'POST',
      path: `/pin${channelPath[channel]}${query}`,
      body: { ...rest, to: asMsisdn(to) },
    });
    const result = readSending(reply, channel);
    if ('to' in result) assertSameNumber(result.to, to);
    return result;
  }

  /** Sends the same PIN again, in an SMS or a call. Never retried once the API may have received it. */
  async resendPin(request: ResendPinRequest): Promise<SendPinResult> {
    const { pinId, channel, ...rest } = parseOptions(resendPinSchema, request);
    const reply = await this.#call({
      method: 'POST',
      path: `${pinPath(pinId)}/resend${channelPath[channel]}`,
      body: rest,
    });
    return isUnknown(reply) ? { kind: 'unknown_pin' } : readSending(reply, channel);
  }

  /** Checks a PIN. */
  async verifyPin(request: VerifyPinRequest): Promise<VerifyPinResult> {
    const { pinId, pin } = parseOptions(verifyPinSchema, request);
    const reply = await this.#call({
      method: 'POST',
      path: `${pinPath(pinId)}/verify`,
      body: { pin },
    });
    if (isUnknown(reply)) return { kind: 'unknown_pin' };
    const refusal = exceptionIn(reply);
    if (reply.status === 400 && refusal !== undefined && !isThrottled(reply)) {
      return { kind: 'refused', error: refusal.error };
    }
    if (reply.status !== 200) throw faultIn(reply);
    const { pinId: answered, ...answer } = parseReply(verifiedSchema, reply, infobip);
    if (answered !== pinId) throw contradiction('is about another PIN than the request');
    return { kind: 'answered', ...answer };
  }

  /** Lists the PINs of a number, and whether they were sent and verified. */
  async verifications(request: VerificationsRequest): Promise<readonly InfobipVerification[]> {
    const { applicationId, to, ...which } = parseOptions(verificationsRequestSchema, request);
    const query = new URLSearchParams({ msisdn: asMsisdn(to) });
    for (const [name, value] of Object.entries(which)) {
      if (value !== undefined) query.set(name, String(value));
    }
    const path = `${applicationPath(applicationId)}/verifications?${query}`;
    return (await this.#manage(verificationsSchema, 'GET', path)).verifications;
  }

  async #manage<T>(
    schema: z.ZodType<T>,
    method: Call['method'],
    path: string,
    body?: object,
  ): Promise<T> {
    const reply = await this.#call({ method, path, body });
    // The API reference has 201 for a creation; Infobip's own clients accept 200 too.
    if (reply.status !== 200 && reply.status !== 201) throw faultIn(reply);
    return parseReply(schema, reply, infobip);
  }

  #call({ path, ...call }: Call): Promise<Reply> {
    return this.#transport.call({ ...call, path: `/2fa/2${path}` });
  }
}

const channelPath: Readonly<Record<InfobipChannel, string>> = { SMS: '', VOICE: '/voice' };

function readSending(reply: Reply, channel: InfobipChannel): SendPinResult {
  if (isThrottled(reply)) return { kind: 'throttled', retryAfter: reply.retryAfter };
  // The only field that comes from the user.
  const fields = exceptionIn(reply)?.fields ?? [];
  if (reply.status === 400 && fields.length === 1 && fields[0] === 'to') return { kind: 'refused' };
  if (reply.status !== 200) throw faultIn(reply);
  return parseReply(sentSchemas[channel], reply, infobip);
}

/** Keeps an id within one segment of the path: in 2015, Authy's API accepted '../sms' as a code. */
function segment(id: string): string {
  return encodeURIComponent(parseOptions(z.object({ id: idSchema }), { id }).id);
}

const applicationPath = (applicationId: string) => `/applications/${segment(applicationId)}`;

const templatesPath = (applicationId: string) => `${applicationPath(applicationId)}/messages`;

const templatePath = (applicationId: string, messageId: string) =>
  `${templatesPath(applicationId)}/${segment(messageId)}`;

const pinPath = (pinId: string) => `/pin/${segment(pinId)}`;

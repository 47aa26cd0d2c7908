// How Infobip's API replies to a request: its operations, by resource and method.
import { z } from 'zod';
import { isSameSecret } from '../server/auth.js';
import type { Api, Deliver } from '../server/emulator.js';
import {
  type EmulatorReply,
  empty,
  json,
  mediaTypes,
  type ReceivedRequest,
} from '../server/http.js';
import { type InfobipPath, infobipAssumed, infobipObserved, infobipSpec } from './api-facts.js';
import { type Application, Applications, type Template } from './applications.js';
import {
  applicationBody,
  readAttributes,
  readBody,
  resendBody,
  sendBody,
  templateBody,
  templateChanges,
  verifyBody,
} from './body.js';
import type { InfobipSettings } from './options.js';
import type { Pin } from './pin.js';
import { Pins } from './pins.js';
import { ServiceException } from './service-exception.js';

const { error } = infobipAssumed;

const methods = ['GET', 'POST', 'PUT'] as const;

type InfobipRequest = ReceivedRequest<InfobipPath>;

type Operation = (request: InfobipRequest) => EmulatorReply;

/** The operations of each resource, by HTTP method. */
type Operations = Readonly<
  Record<InfobipPath, Readonly<Partial<Record<(typeof methods)[number], Operation>>>>
>;

/** Infobip's API: authenticates a request and runs the operation that it asks for. */
export class InfobipApi implements Api<InfobipPath> {
  // Infobip's base URL is a host alone.
  readonly basePath = '';
  readonly paths = infobipSpec.paths;
  readonly pathsWithSlash = infobipObserved.pathsWithSlash;
  readonly #operations: Operations;
  readonly #apiKey: string;

  constructor(settings: InfobipSettings, deliver: Deliver) {
    const applications = new Applications();
    const pins = new Pins(applications, settings, deliver);
    this.#operations = {
      ...configurationOperations(applications),
      ...pinOperations(applications, pins),
    };
    this.#apiKey = settings.apiKey;
    if (settings.preconfigured) addExample(applications, settings);
  }

  process(request: InfobipRequest): EmulatorReply {
    try {
      return findOperation(this.#operations, request, this.#apiKey)(request);
    } catch (exception) {
      if (exception instanceof ServiceException) return exception.reply;
      throw exception;
    }
  }

  unprocessed(): EmulatorReply {
    return empty(503);
  }

  fault(reason: unknown): EmulatorReply {
    return new ServiceException({ ...error.fault, text: String(reason) }).reply;
  }
}

/**
 * Only the 401 and the 404 are documented; the other statuses and the order of the checks are made up.
 *
 * @throws ServiceException if the request is refused before its body is read
 */
function findOperation(
  operations: Operations,
  { recorded, path, tooLarge }: InfobipRequest,
  apiKey: string,
): Operation {
  const { headers, body } = recorded;
  const [, key = ''] = /^app +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (!isSameSecret(key, apiKey)) throw new ServiceException(error.unauthorized);
  if (path === undefined) throw new ServiceException(error.notFound);
  const resource = operations[path];
  const method = methods.find((known) => known === recorded.method);
  const operation = method === undefined ? undefined : resource[method];
  if (operation === undefined) {
    const allowed = { Allow: Object.keys(resource).join(', ') };
    throw new ServiceException(error.methodNotAllowed, { headers: allowed });
  }
  if (tooLarge) throw new ServiceException(error.tooLarge);
  if (body !== '' && !mediaTypes(headers['content-type']).includes('application/json')) {
    throw new ServiceException(error.mediaType);
  }
  return operation;
}

/** Adds the application and the message template of the guide's examples. */
function addExample(applications: Applications, settings: InfobipSettings): void {
  const { applicationId, applicationName, messageId, messageText, senderId } = infobipSpec.example;
  const { configuration, codeLength } = settings;
  const application = applications.add(
    { name: applicationName, configuration, enabled: true },
    applicationId,
  );
  const template = { messageText, senderId, pinType: 'NUMERIC', pinLength: codeLength };
  application.addTemplate(templateBody.parse(template), messageId);
}

type ConfigurationOperations = Pick<
  Operations,
  | '/2fa/2/applications'
  | '/2fa/2/applications/{appId}'
  | '/2fa/2/applications/{appId}/messages'
  | '/2fa/2/applications/{appId}/messages/{msgId}'
>;

/** Infobip's '2FA configuration': applications and their message templates. */
function configurationOperations(applications: Applications): ConfigurationOperations {
  const applicationOf = ({ parameters }: InfobipRequest) => applications.get(parameters['appId']);

  return {
    '/2fa/2/applications': {
      GET: () => json(200, applications.all.map(applicationReply)),
      POST: ({ recorded }) => {
        const details = readBody(applicationBody, recorded.body);
        return json(201, applicationReply(applications.add(details)));
      },
    },
    '/2fa/2/applications/{appId}': {
      GET: (request) => json(200, applicationReply(applicationOf(request))),
      // Made up: an attribute that is left out is reset to its default.
      PUT: (request) => {
        const application = applicationOf(request);
        application.details = readBody(applicationBody, request.recorded.body);
        return json(200, applicationReply(application));
      },
    },
    '/2fa/2/applications/{appId}/messages': {
      GET: (request) => {
        const application = applicationOf(request);
        const reply = (template: Template) => templateReply(application, template);
        return json(200, application.templates.map(reply));
      },
      // The reference states 201 for applications only; the 200 is made up.
      POST: (request) => {
        const application = applicationOf(request);
        const template = application.addTemplate(readBody(templateBody, request.recorded.body));
        return json(200, templateReply(application, template));
      },
    },
    '/2fa/2/applications/{appId}/messages/{msgId}': {
      GET: (request) => {
        const application = applicationOf(request);
        const template = application.getTemplate(request.parameters['msgId']);
        return json(200, templateReply(application, template));
      },
      // The reference requires no attribute, so one that is left out keeps its value.
      PUT: (request) => {
        const application = applicationOf(request);
        const template = application.getTemplate(request.parameters['msgId']);
        const changes = readBody(templateChanges, request.recorded.body);
        template.details = templateBody.parse({ ...template.details, ...changes });
        return json(200, templateReply(application, template));
      },
    },
  };
}

function applicationReply({ applicationId, details }: Application): object {
  return { applicationId, ...details };
}

function templateReply({ applicationId }: Application, { messageId, details }: Template): object {
  return { messageId, applicationId, pinPlaceholder: infobipSpec.pinPlaceholder, ...details };
}

const flag = (...alsoTrue: readonly string[]) =>
  z.stringbool({ truthy: ['true', ...alsoTrue], falsy: ['false'], case: 'sensitive' });

// The default 'true' is documented; that it applies to 'undefined' is made up.
const sendQuery = z.object({ ncNeeded: flag(infobipObserved.ncNeededLeftOut).default(true) });

const verificationsQuery = z.object({
  msisdn: z.string(),
  verified: flag().optional(),
  sent: flag().optional(),
});

/** Infobip's 'PIN sending and verification'. */
function pinOperations(
  applications: Applications,
  pins: Pins,
): Omit<Operations, keyof ConfigurationOperations> {
  return {
    '/2fa/2/pin': {
      POST: ({ recorded }) => {
        const { ncNeeded: lookUp } = readQuery(sendQuery, recorded.query);
        const body = readBody(sendBody, recorded.body);
        return json(200, pins.send(body, { channel: 'sms', lookUp }));
      },
    },
    '/2fa/2/pin/voice': {
      POST: ({ recorded }) =>
        json(200, pins.send(readBody(sendBody, recorded.body), { channel: 'call' })),
    },
    '/2fa/2/pin/{pinId}/resend': {
      // Made up: the body is optional, because it has no required attribute.
      POST: ({ recorded, parameters }) => {
        const { ncNeeded: lookUp } = readQuery(sendQuery, recorded.query);
        const body = readBody(resendBody, recorded.body || '{}');
        return json(200, pins.resend(parameters['pinId'], body, { channel: 'sms', lookUp }));
      },
    },
    '/2fa/2/pin/{pinId}/resend/voice': {
      POST: ({ recorded, parameters }) => {
        const body = readBody(resendBody, recorded.body || '{}');
        return json(200, pins.resend(parameters['pinId'], body, { channel: 'call' }));
      },
    },
    '/2fa/2/pin/{pinId}/verify': {
      POST: ({ recorded, parameters }) =>
        json(200, pins.verify(parameters['pinId'], readBody(verifyBody, recorded.body))),
    },
    '/2fa/2/applications/{appId}/verifications': {
      GET: ({ recorded, parameters }) => {
        const { applicationId } = applications.get(parameters['appId']);
        const { msisdn, verified, sent } = readQuery(verificationsQuery, recorded.query);
        const found = pins.all.filter(
          (pin) =>
            pin.request.applicationId === applicationId &&
            pin.request.msisdn === msisdn &&
            (verified ?? pin.isVerified) === pin.isVerified &&
            (sent ?? pin.isSent) === pin.isSent,
        );
        return json(200, { verifications: found.map(verificationReply) });
      },
    },
  };
}

function readQuery<Value>(schema: z.ZodType<Value>, query: string): Value {
  return readAttributes(schema, Object.fromEntries(new URLSearchParams(query)));
}

/** Times in milliseconds since the epoch, as the reference states; its example shows seconds. */
function verificationReply({ request, isVerified, verifiedAt }: Pin): object {
  const { msisdn, sentAt } = request;
  return { msisdn, verified: isVerified, verifiedAt, sentAt };
}

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
import { type InfobipPath, infobipAssumed, infobipSpec } from './api-facts.js';
import { type Application, Applications, type Template } from './applications.js';
import {
  applicationBody,
  read,
  readBody,
  resendBody,
  ServiceException,
  sendBody,
  templateBody,
  templateChanges,
  verifyBody,
} from './body.js';
import type { InfobipSettings } from './options.js';
import type { Pin } from './pin.js';
import { Pins } from './pins.js';

/** What the API does with a request: its operations, behind the gate. */
export class InfobipApi implements Api<InfobipPath> {
  // Infobip's base URL is the host alone.
  readonly basePath = '';
  readonly paths = infobipSpec.paths;
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

  process(request: Request): EmulatorReply {
    try {
      return findOperation(this.#operations, request, this.#apiKey)(request);
    } catch (refusal) {
      if (refusal instanceof ServiceException) return refusal.reply;
      throw refusal;
    }
  }

  unprocessed(): EmulatorReply {
    return empty(503);
  }

  fault(reason: unknown): EmulatorReply {
    return new ServiceException({ ...infobipAssumed.error.fault, text: String(reason) }).reply;
  }
}

/** The application and the template of the guide's examples, so that its requests do. */
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

/** Infobip's '2FA configuration': applications, and message templates of each. */
function configurationOperations(applications: Applications): ConfigurationOperations {
  const applicationOf = ({ parameters }: Request) => applications.get(parameters['appId']);

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
      // That what is left out becomes the default again is invented.
      PUT: (request) => {
        const application = applicationOf(request);
        application.details = readBody(applicationBody, request.recorded.body);
        return json(200, applicationReply(application));
      },
    },
    '/2fa/2/applications/{appId}/messages': {
      GET: (request) => {
        const application = applicationOf(request);
        return json(
          200,
          application.templates.map((template) => templateReply(application, template)),
        );
      },
      // 201 is said of applications alone; 200 here is invented.
      POST: (request) => {
        const application = applicationOf(request);
        const template = application.addTemplate(readBody(templateBody, request.recorded.body));
        return json(200, templateReply(application, template));
      },
    },
    '/2fa/2/applications/{appId}/messages/{msgId}': {
      GET: (request) => {
        const application = applicationOf(request);
        const template = application.template(request.parameters['msgId']);
        return json(200, templateReply(application, template));
      },
      // The reference demands none of the attributes, so what is left out stays.
      PUT: (request) => {
        const application = applicationOf(request);
        const template = application.template(request.parameters['msgId']);
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

type PinOperations = Pick<
  Operations,
  | '/2fa/2/pin'
  | '/2fa/2/pin/{pinId}/resend'
  | '/2fa/2/pin/{pinId}/verify'
  | '/2fa/2/applications/{appId}/verifications'
>;

const flag = z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' });

const sendQuery = z.object({ ncNeeded: flag.default(true) });

const verificationsQuery = z.object({
  msisdn: z.string(),
  verified: flag.optional(),
  sent: flag.optional(),
});

/** Infobip's 'PIN sending and verification'. */
function pinOperations(applications: Applications, pins: Pins): PinOperations {
  return {
    '/2fa/2/pin': {
      POST: ({ recorded }) => {
        const { ncNeeded } = readQuery(sendQuery, recorded.query);
        return json(200, pins.send(readBody(sendBody, recorded.body), ncNeeded));
      },
    },
    '/2fa/2/pin/{pinId}/resend': {
      // That the body may be left out is invented: it has nothing that is needed.
      POST: ({ recorded, parameters }) => {
        const { ncNeeded } = readQuery(sendQuery, recorded.query);
        const body = readBody(resendBody, recorded.body || '{}');
        return json(200, pins.resend(parameters['pinId'], body, ncNeeded));
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
            pin.sent.applicationId === applicationId &&
            pin.sent.msisdn === msisdn &&
            (verified ?? isVerified(pin)) === isVerified(pin) &&
            (sent ?? pin.isSent) === pin.isSent,
        );
        return json(200, { verifications: found.map(verificationReply) });
      },
    },
  };
}

function readQuery<Value>(schema: z.ZodType<Value>, query: string): Value {
  return read(schema, Object.fromEntries(new URLSearchParams(query)));
}

function isVerified({ verifiedAt }: Pin): boolean {
  return verifiedAt !== undefined;
}

/** Times are milliseconds since 1970, as the reference says; its example shows seconds. */
function verificationReply(pin: Pin): object {
  return {
    msisdn: pin.sent.msisdn,
    verified: isVerified(pin),
    verifiedAt: pin.verifiedAt,
    sentAt: pin.sent.sentAt,
  };
}

const methods = ['GET', 'POST', 'PUT'] as const;

type Request = ReceivedRequest<InfobipPath>;

type Operation = (request: Request) => EmulatorReply;

/** What a resource does with each method that it has. */
type Resource = Readonly<Partial<Record<(typeof methods)[number], Operation>>>;

type Operations = Readonly<Record<InfobipPath, Resource>>;

const { error } = infobipAssumed;

/**
 * The operation that a request asks for, once it has passed the gate. Of the gate's refusals Infobip
 * names the 401 and the 404; the others, and their order, are invented.
 *
 * @throws ServiceException
 */
function findOperation(
  operations: Operations,
  { recorded, path, tooLarge }: Request,
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

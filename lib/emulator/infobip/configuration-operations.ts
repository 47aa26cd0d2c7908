import { json } from '../server/reply.js';
import type { Application, Applications, Template } from './applications.js';
import { applicationBody, readBody, templateBody, templateChanges } from './body.js';
import type { Operations, Request } from './operation.js';
import { documented } from './vocabulary.js';

type ConfigurationOperations = Pick<
  Operations,
  | '/2fa/2/applications'
  | '/2fa/2/applications/{appId}'
  | '/2fa/2/applications/{appId}/messages'
  | '/2fa/2/applications/{appId}/messages/{msgId}'
>;

/** Infobip's '2FA configuration': applications, and message templates of each. */
export function configurationOperations(applications: Applications): ConfigurationOperations {
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
  return { messageId, applicationId, pinPlaceholder: documented.pinPlaceholder, ...details };
}

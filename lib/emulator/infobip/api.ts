import type { Api, Deliver } from '../server/api.js';
import { empty, type Reply } from '../server/reply.js';
import { Applications } from './applications.js';
import { templateBody } from './body.js';
import { configurationOperations } from './configuration-operations.js';
import { findOperation, type Operations, type Request } from './operation.js';
import type { Settings } from './options.js';
import { pinOperations } from './pin-operations.js';
import { Pins } from './pins.js';
import { ServiceException } from './service-exception.js';
import { documented, type InfobipPath, invented } from './vocabulary.js';

/** What the API does with a request: its operations, behind the gate. */
export class InfobipApi implements Api<InfobipPath> {
  // Infobip's base URL is the host alone.
  readonly basePath = '';
  readonly paths = documented.paths;
  readonly #operations: Operations;
  readonly #apiKey: string;

  constructor(settings: Settings, deliver: Deliver) {
    const applications = new Applications();
    const pins = new Pins(applications, settings, deliver);
    this.#operations = {
      ...configurationOperations(applications),
      ...pinOperations(applications, pins),
    };
    this.#apiKey = settings.apiKey;
    if (!settings.bare) addExample(applications, settings);
  }

  process(request: Request): Reply {
    try {
      return findOperation(this.#operations, request, this.#apiKey)(request);
    } catch (refusal) {
      if (refusal instanceof ServiceException) return refusal.reply;
      throw refusal;
    }
  }

  unprocessed(): Reply {
    return empty(503);
  }

  fault(reason: unknown): Reply {
    return new ServiceException({ ...invented.error.fault, text: String(reason) }).reply;
  }
}

/** The application and the template of the guide's examples, so that its requests do. */
function addExample(applications: Applications, settings: Settings): void {
  const { applicationId, applicationName, messageId, messageText, senderId } = documented.example;
  const { configuration, codeLength } = settings;
  const application = applications.add(
    { name: applicationName, configuration, enabled: true },
    applicationId,
  );
  const template = { messageText, senderId, pinType: 'NUMERIC', pinLength: codeLength };
  application.addTemplate(templateBody.parse(template), messageId);
}

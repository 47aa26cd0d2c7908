import { randomUUID } from 'node:crypto';
import { Recent } from '../server/bounded-list.js';
import { invented } from './api-facts.js';
import type { ApplicationBody, TemplateBody } from './body.js';
import { ServiceException } from './body.js';

export interface Template {
  readonly messageId: string;
  details: TemplateBody;
}

export class Application {
  readonly applicationId: string;
  details: ApplicationBody;
  readonly #templates = new Recent<Template>();

  constructor(details: ApplicationBody, applicationId: string) {
    this.applicationId = applicationId;
    this.details = details;
  }

  get templates(): readonly Template[] {
    return this.#templates.items;
  }

  addTemplate(details: TemplateBody, messageId = newId()): Template {
    const template = { messageId, details };
    this.#templates.add(template);
    return template;
  }

  template(messageId: string | undefined): Template {
    const template = this.templates.findLast((candidate) => candidate.messageId === messageId);
    if (template === undefined) throw new ServiceException(invented.error.templateNotFound);
    return template;
  }
}

export class Applications {
  readonly #applications = new Recent<Application>();

  get all(): readonly Application[] {
    return this.#applications.items;
  }

  add(details: ApplicationBody, applicationId = newId()): Application {
    const application = new Application(details, applicationId);
    this.#applications.add(application);
    return application;
  }

  get(applicationId: string | undefined): Application {
    const application = this.all.findLast((known) => known.applicationId === applicationId);
    if (application === undefined) throw new ServiceException(invented.error.applicationNotFound);
    return application;
  }

  enabled(applicationId: string): Application {
    const application = this.get(applicationId);
    if (!application.details.enabled) throw new ServiceException(invented.error.disabled);
    return application;
  }
}

/** 32 capital hexadecimal digits, as the examples have them. */
export function newId(): string {
  return randomUUID().replaceAll('-', '').toUpperCase();
}

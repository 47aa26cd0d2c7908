// Infobip's applications and their message templates.
import { randomUUID } from 'node:crypto';
import { BoundedList } from '../server/bounded-list.js';
import { infobipAssumed } from './api-facts.js';
import type { ApplicationBody, TemplateBody } from './body.js';
import { ServiceException } from './service-exception.js';

const { applicationNotFound, disabled, templateNotFound } = infobipAssumed.error;

export interface Template {
  readonly messageId: string;
  details: TemplateBody;
}

/** An application: its configuration and its message templates. */
export class Application {
  readonly applicationId: string;
  details: ApplicationBody;
  readonly #templates = new BoundedList<Template>();

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

  getTemplate(messageId: string | undefined): Template {
    const template = this.templates.findLast((candidate) => candidate.messageId === messageId);
    if (template === undefined) throw new ServiceException(templateNotFound);
    return template;
  }
}

/** The applications of an account. */
export class Applications {
  readonly #applications = new BoundedList<Application>();

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
    if (application === undefined) throw new ServiceException(applicationNotFound);
    return application;
  }

  getEnabled(applicationId: string): Application {
    const application = this.get(applicationId);
    if (!application.details.enabled) throw new ServiceException(disabled);
    return application;
  }
}

/** 32 hexadecimal digits in upper case, like the ids in the examples. */
export function newId(): string {
  return randomUUID().replaceAll('-', '').toUpperCase();
}

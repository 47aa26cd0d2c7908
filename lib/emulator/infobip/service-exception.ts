import { json, type Reply } from '../server/reply.js';

interface Refusal {
  readonly status: number;
  readonly messageId: string;
  readonly text: string;
}

interface Particulars {
  /** What was wrong with each attribute, by name. */
  readonly validationErrors?: Readonly<Record<string, readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal by the API, in the form that Infobip gives all of them. */
export class ServiceException extends Error {
  readonly reply: Reply;

  constructor({ status, messageId, text }: Refusal, particulars: Particulars = {}) {
    super(text);
    const { validationErrors, headers } = particulars;
    const serviceException = { messageId, text, validationErrors };
    this.reply = json(status, { requestError: { serviceException } }, headers);
  }
}

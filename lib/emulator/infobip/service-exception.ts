// Infobip's error reply, as an exception.
import { type EmulatorReply, json } from '../server/http.js';

interface ServiceError {
  readonly status: number;
  readonly messageId: string;
  readonly text: string;
}

interface Details {
  /** What is wrong with each attribute, by name. */
  readonly validationErrors?: Readonly<Record<string, readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error reply, in the shape that all of Infobip's error replies have. */
export class ServiceException extends Error {
  readonly reply: EmulatorReply;

  constructor({ status, messageId, text }: ServiceError, details: Details = {}) {
    super(text);
    const { validationErrors, headers } = details;
    const serviceException = { messageId, text, validationErrors };
    this.reply = json(status, { requestError: { serviceException } }, headers);
  }
}

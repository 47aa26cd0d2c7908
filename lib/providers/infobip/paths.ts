import { z } from 'zod';
import { parseOptions } from '../../options/parse.js';
import { idSchema } from './ids.js';

/** An id is one segment of a path, whatever it holds: Authy's API was once told '../sms' for a code (2015). */
function segment(id: string): string {
  return encodeURIComponent(parseOptions(z.object({ id: idSchema }), { id }).id);
}

export const applicationPath = (applicationId: string) => `/applications/${segment(applicationId)}`;

export const templatesPath = (applicationId: string) =>
  `${applicationPath(applicationId)}/messages`;

export const templatePath = (applicationId: string, messageId: string) =>
  `${templatesPath(applicationId)}/${segment(messageId)}`;

export const pinPath = (pinId: string) => `/pin/${segment(pinId)}`;

/** The document writes numbers without their '+'. */
export const asMsisdn = (destination: string) => destination.slice(1);

import path from 'node:path';
import { Eta } from 'eta';
import type { Response } from 'express';
import { wordsOf } from '../language.js';
import type { Notice } from './notice.js';
import type { Clock, Moment } from './times.js';

/** A form field to be shown again: its value and its error. */
export interface Field {
  readonly value?: string | undefined;
  readonly error?: string | undefined;
}

export interface Link {
  readonly href: string;
  readonly text: string;
}

/** One line of a list of details. */
export interface Detail {
  readonly term: string;
  readonly text: string;
}

/** Data of every form. */
interface Form {
  readonly csrfToken: string;
  readonly notice?: Notice | undefined;
}

/** The data of each template in views/, in addition to the texts of the user's language. */
export interface Views {
  register: Form & { username: Field; password: Field };
  login: Form & {
    username: Field;
    password: Field;
    demoUser: { username: string; password: string } | undefined;
  };
  code: Form & {
    title: string;
    details: readonly Detail[];
    action: string;
    links: readonly Link[];
    /** The id of this page's challenge, where several are pending in one browser. */
    challenge: string;
    destination: string;
    callAvailable: boolean;
    /** The state of the SMS or call: 'We sent a code to'. */
    sentTo: string;
    expired: boolean;
    expiresAt: Clock;
    secondsToResend: number;
    attempts: string;
    offersTrust: boolean;
    offersRecovery: boolean;
    demo: boolean;
  };
  /** Asks whether to send a code. */
  ask: Form & {
    title: string;
    /** The number follows it. */
    text: string;
    destination: string | undefined;
    details: readonly Detail[];
    action: string;
    links: readonly Link[];
  };
  home: Form & { username: string; byCode: boolean; enrolled: boolean; isSupport: boolean };
  support: Form & { username: Field };
  'recovery-codes': Form & { left: string; codes: readonly string[] };
  account: Form & { details: readonly Detail[]; enrolled: boolean };
  password: Form & { currentPassword: Field; newPassword: Field };
  devices: Form & {
    devices: readonly {
      id: string;
      browser: string;
      isThis: boolean;
      trustedAt: Moment;
      lastUsedAt: Moment;
      expiresAt: Moment;
    }[];
  };
  activity: Form & {
    entries: readonly { text: string; at: Moment; destination: string | undefined }[];
  };
  phone: Form & {
    /** Undefined for a first number. */
    destination: string | undefined;
    mobile: Field;
    currentPassword: Field;
    /** Whether the app requires a number of every user. */
    required: boolean;
  };
  payments: Form & {
    payee: Field;
    amount: Field;
    payments: readonly {
      id: number;
      payee: string;
      amount: string;
      paid: boolean;
      changedAt: Moment;
    }[];
  };
  payment: Form & { id: number; payee: Field; amount: Field };
  handset: { messages: readonly { to: string; text: string; sentAt: Clock }[] };
  problem: { title: string; message: string; link: Link };
}

// The same folder from src and from dist. Eta escapes what templates print.
const eta = new Eta({ views: path.join(import.meta.dirname, '../../views'), cache: true });

export function show<Name extends keyof Views>(
  response: Response,
  name: Name,
  data: Views[Name],
): void {
  const { req: request } = response;
  const page = { ...data, words: wordsOf(request), here: request.originalUrl };
  response.type('html').send(eta.render(name, page));
}

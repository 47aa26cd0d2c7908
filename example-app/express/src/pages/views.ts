import path from 'node:path';
import { Eta } from 'eta';
import type { Response } from 'express';
import type { Notice } from './notice.js';

/** A form field as it is shown again: what was typed and what is wrong with it. */
export interface Field {
  readonly value?: string | undefined;
  readonly error?: string | undefined;
}

export interface Link {
  readonly href: string;
  readonly text: string;
}

/** One line of what is confirmed or known. */
export interface Detail {
  readonly term: string;
  readonly text: string;
}

/** What every form needs. */
interface Form {
  readonly csrfToken: string;
  readonly notice?: Notice | undefined;
}

/** The templates in views/, and what each is filled with. */
export interface Views {
  register: Form & { username: Field; password: Field; mobile: Field };
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
    destination: string;
    /** How far it got: 'We sent it to'. */
    sentTo: string;
    expired: boolean;
    /** What the script says when the time is over. */
    overNotice: string;
    expiresAt: Clock;
    secondsToResend: number;
    attempts: string;
    demo: boolean;
  };
  /** Asks whether a code is to be sent. */
  ask: Form & {
    title: string;
    /** Ends before the number. */
    text: string;
    destination: string;
    details: readonly Detail[];
    action: string;
    links: readonly Link[];
  };
  home: Form & { username: string };
  account: { notice?: Notice | undefined; details: readonly Detail[] };
  phone: Form & { destination: string; mobile: Field };
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

/** A moment for the page and for its script. */
export interface Moment {
  readonly iso: string;
  /** In the server's time zone, which is why it is named; the script writes the reader's own. */
  readonly text: string;
}

export interface Clock extends Moment {
  readonly secondsLeft: number;
}

const timeOfDay = new Intl.DateTimeFormat('en-NZ', {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
});

export function clock(date: Date): Clock {
  return { iso: date.toISOString(), text: timeOfDay.format(date), secondsLeft: secondsUntil(date) };
}

const dayAndTime = new Intl.DateTimeFormat('en-NZ', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
});

/** A moment that may be long ago. */
export function moment(date: Date): Moment {
  return { iso: date.toISOString(), text: dayAndTime.format(date) };
}

export function secondsUntil(date: Date): number {
  return Math.max(0, Math.ceil((date.getTime() - Date.now()) / 1000));
}

// The same folder, whether this file runs from src or from dist. Eta escapes what templates print.
const eta = new Eta({ views: path.join(import.meta.dirname, '../../views'), cache: true });

export function show<Name extends keyof Views>(
  response: Response,
  name: Name,
  data: Views[Name],
): void {
  response.type('html').send(eta.render(name, data));
}

import path from 'node:path';
import { Eta } from 'eta';
import type { Response } from 'express';
import type { Notice } from './notice.js';

/** A form field as it is shown again: what was typed and what is wrong with it. */
export interface Field {
  readonly value?: string | undefined;
  readonly error?: string | undefined;
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
  home: Form & { username: string };
  handset: { messages: readonly { to: string; text: string; sentAt: Clock }[] };
  problem: { title: string; message: string; link: { href: string; text: string } };
}

/** A moment for the page and for its script. */
export interface Clock {
  readonly iso: string;
  /** In the server's time zone, which is why it is named; the script writes the reader's own. */
  readonly text: string;
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

import type { Request } from 'express';
import { inEachLanguage } from '../language.js';

/** A time, as a machine and as people read it. */
export interface Moment {
  readonly iso: string;
  /** In the server's time zone, which it names. */
  readonly text: string;
}

export interface Clock extends Moment {
  readonly secondsLeft: number;
}

const timeOfDay = inEachLanguage(
  ({ locale }) =>
    new Intl.DateTimeFormat(locale, {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    }),
);

export function clock(date: Date, request: Request): Clock {
  const text = timeOfDay(request).format(date);
  return { iso: date.toISOString(), text, secondsLeft: secondsUntil(date) };
}

const dayAndTime = inEachLanguage(
  ({ locale }) =>
    new Intl.DateTimeFormat(locale, {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    }),
);

/** A time with its date. */
export function moment(date: Date, request: Request): Moment {
  return { iso: date.toISOString(), text: dayAndTime(request).format(date) };
}

export function secondsUntil(date: Date): number {
  return Math.max(0, Math.ceil((date.getTime() - Date.now()) / 1000));
}

/**
 * Writes a waiting time for people: `'26 seconds'`, `'15 minutos'`. Rounds up, so that the wait is over
 * when the text says so.
 */
export function durationText(seconds: number, locale: string): string {
  if (seconds <= 90) return withUnit(Math.max(1, Math.ceil(seconds)), 'second', locale);
  if (seconds <= 90 * 60) return withUnit(Math.ceil(seconds / 60), 'minute', locale);
  return withUnit(Math.ceil(seconds / 3600), 'hour', locale);
}

function withUnit(value: number, unit: string, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

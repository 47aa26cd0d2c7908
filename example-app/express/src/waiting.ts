/** 12 → '12 seconds', '12 segundos'. Rounds up, so that the wait is over by then. */
export function inWords(seconds: number, locale: string): string {
  if (seconds <= 90) return count(Math.max(1, Math.ceil(seconds)), 'second', locale);
  if (seconds <= 90 * 60) return count(Math.ceil(seconds / 60), 'minute', locale);
  return count(Math.ceil(seconds / 3600), 'hour', locale);
}

function count(value: number, unit: string, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

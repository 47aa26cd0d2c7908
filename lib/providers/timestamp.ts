const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * A time as the API may write it, in milliseconds. The document says no more than that times are in
 * UTC, so one without a zone is UTC; `Date.parse` alone would take it for local time.
 */
export function parseTimestamp(text: string): number | undefined {
  const [, day, time, zone = 'Z'] = iso.exec(text) ?? [];
  const parsed = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

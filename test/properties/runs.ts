/**
 * How often a property is tried: as often as it says, times PROPERTY_FACTOR (less in `npm test`, more
 * in `npm run test:long`). A failure prints its seed and path; fast-check repeats it from those.
 */
export function runs(usual: number): number {
  return Math.ceil(usual * Number(process.env['PROPERTY_FACTOR'] ?? 1));
}

/** Milliseconds that a property may take, however often it is tried. */
export const longest = 60 * 60 * 1000;

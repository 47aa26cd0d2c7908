/** Milliseconds by which an expiry may come early: clocks are read in steps. */
export const grain = 50;

/** Milliseconds by which an expiry may come late: backends that count in seconds round up. */
export const lateness = 1500;

const pollingInterval = 50;

export const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/**
 * Looks until something is gone: milliseconds from `since` until that was known, so on a slow
 * machine it is later than it was and never earlier. Undefined when it was there at `until`.
 */
export async function goneAfter(
  isThere: () => Promise<boolean>,
  since: number,
  until: number,
): Promise<number | undefined> {
  for (;;) {
    const asked = performance.now() - since;
    if (!(await isThere())) return Math.round(performance.now() - since);
    if (asked >= until) return undefined;
    await pause(pollingInterval);
  }
}

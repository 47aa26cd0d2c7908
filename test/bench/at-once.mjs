/** Runs an action on each item, `lanes` at a time. */
export async function atOnce(lanes, items, action) {
  const rest = items.values();
  const lane = async () => {
    for (const item of rest) await action(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Unused phone numbers. */
export function mobiles(from, count) {
  return Array.from(
    { length: count },
    (_, index) => `+6421${String(from + index).padStart(7, '0')}`,
  );
}

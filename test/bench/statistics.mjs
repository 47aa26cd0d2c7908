export function median(values) {
  return quantile(values, 0.5);
}

/** The middle half of them. */
export function spread(values) {
  return [quantile(values, 0.25), quantile(values, 0.75)];
}

export function quantile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.round(share * (sorted.length - 1))];
}

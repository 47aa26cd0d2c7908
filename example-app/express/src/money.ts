/** 1250 → '12.50' */
export function inDollars(cents: number): string {
  return (cents / 100).toFixed(2);
}

/** '12.5' → 1250. Reads the digits, because 1.15 * 100 is not 115. */
export function inCents(dollars: string): number {
  const [whole = '', fraction = ''] = dollars.split('.');
  return Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
}

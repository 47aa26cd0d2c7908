/** A figure with two or three significant digits. */
export function figureOf({ figure, unit }) {
  const size = Math.abs(figure);
  const digits = Number.isInteger(figure) ? 0 : size < 10 ? 2 : size < 100 ? 1 : 0;
  return `${figure.toFixed(digits)}${unit ? ` ${unit}` : ''}`;
}

export function verdictOf({ figure, goal, met }) {
  if (goal === undefined) return 'reported';
  if (met) return 'met';
  if (figure <= goal || goal === 0) return 'missed';
  return `missed by ${((figure / goal - 1) * 100).toFixed(0)} %`;
}

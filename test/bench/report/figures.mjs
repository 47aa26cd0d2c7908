/** As many digits as a figure is worth. */
export function figureOf({ figure, unit }) {
  const digits = Number.isInteger(figure) ? 0 : figure < 10 ? 2 : figure < 100 ? 1 : 0;
  return `${figure.toFixed(digits)}${unit ? ` ${unit}` : ''}`;
}

export function verdictOf({ figure, goal, met }) {
  if (goal === undefined) return 'reported';
  if (met) return 'met';
  if (figure <= goal) return 'missed';
  return `missed by ${((figure / goal - 1) * 100).toFixed(0)} %`;
}

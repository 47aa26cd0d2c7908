/**
 * One line of the report. The figure must not exceed `goal`, or must equal it if `exact`; without a goal it is only
 * reported. `sound` is false if the figure is not what the line says, whatever its size. `detail` is what was
 * measured, for results.json.
 */
export const row = (
  id,
  measure,
  { figure, goal, exact, sound = true, unit = '', spread, note = '', detail },
) => ({
  id,
  measure,
  figure,
  goal,
  exact,
  unit,
  spread,
  note,
  met: goal === undefined ? undefined : sound && (exact ? figure === goal : figure <= goal),
  detail,
});

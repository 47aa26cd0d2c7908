/**
 * One line of the report. A goal is a number that the figure must not exceed; without one it is only
 * reported; `held` is what the short form fails beyond, and `sound` whether what was measured was what the
 * line says. `detail` is what was measured, for results.json.
 */
export const row = (
  id,
  measure,
  { figure, goal, held = goal, sound = true, unit = '', spread, note = '', detail },
) => ({
  id,
  measure,
  figure,
  goal,
  unit,
  spread,
  note,
  met: goal === undefined ? undefined : sound && figure <= goal,
  holds: sound && (held === undefined || figure <= held),
  detail,
});

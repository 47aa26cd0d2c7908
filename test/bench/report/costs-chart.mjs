import { goalsPart } from './goals-part.mjs';
import { loginsPart } from './logins-part.mjs';
import { picture } from './svg.mjs';

/** docs/costs.svg: each contender's login, and each figure beside its goal. */
export function costsChart(rows) {
  const parts = [loginsPart(rows), goalsPart(rows)].filter(Boolean);
  return picture('What a login costs, side by side, and figures beside their goals', parts);
}

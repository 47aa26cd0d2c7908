import { Router } from 'express';
import type { Activity } from '../activity.js';
import { userOf } from '../authentication.js';
import { onlyBy } from '../problems.js';
import { loggedIn } from './logged-in.js';

export interface ActivityApiParts {
  readonly activity: Activity;
}

/** What happened to the account, for its user alone. */
export function activityApi({ activity }: ActivityApiParts): Router {
  const api = Router();

  api
    .route('/api/me/activity')
    .get(loggedIn, (request, response) => {
      response.json({ activity: activity.of(userOf(request).id) });
    })
    .all(onlyBy('GET'));

  return api;
}

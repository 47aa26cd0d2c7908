import { Router } from 'express';
import type { Activity } from '../activity.js';
import { userOf } from '../authentication.js';
import { onlyBy } from '../problems.js';
import { loggedIn } from './logged-in.js';

export interface ActivityApiParts {
  readonly activity: Activity;
}

/** The activity of the user's own account. */
export function activityApi({ activity }: ActivityApiParts): Router {
  const api = Router();

  api
    .route('/api/me/activity')
    .get(loggedIn, async (request, response) => {
      response.json({ activity: await activity.of(userOf(request).id) });
    })
    .all(onlyBy('GET'));

  return api;
}

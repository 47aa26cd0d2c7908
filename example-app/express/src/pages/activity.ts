import { Router } from 'express';
import type { Activity } from '../activity.js';
import { userOf } from '../authentication.js';
import { neverCached } from '../headers.js';
import { wordsOf } from '../language.js';
import { onlyBy } from '../problems.js';
import { csrfToken } from './forms.js';
import { onlyLoggedIn } from './logged-in.js';
import { moment } from './times.js';
import { show } from './views.js';

export interface ActivityPageParts {
  readonly activity: Activity;
}

/** The activity of the user's own account. */
export function activityPage({ activity }: ActivityPageParts): Router {
  const page = Router();

  page
    .route('/account/activity')
    .all(neverCached, onlyLoggedIn)
    .get(async (request, response) => {
      const { activity: words } = wordsOf(request);
      const entries = await activity.of(userOf(request).id);
      show(response, 'activity', {
        csrfToken: csrfToken(request),
        entries: entries.map(({ type, at, destination, actor, subject }) => ({
          text: [
            words.types[type],
            actor && words.bySupport(actor),
            subject && words.forUser(subject),
          ]
            .filter(Boolean)
            .join(' '),
          at: moment(at, request),
          destination,
        })),
      });
    })
    .all(onlyBy('GET'));

  return page;
}

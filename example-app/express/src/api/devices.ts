import { Router } from 'express';
import { userOf } from '../authentication.js';
import type { Devices } from '../devices.js';
import { onlyBy, Problem } from '../problems.js';
import { loggedIn } from './logged-in.js';

export interface DevicesApiParts {
  readonly devices: Devices;
}

/** Lists and revokes the user's trusted devices. */
export function devicesApi({ devices }: DevicesApiParts): Router {
  const api = Router();

  api
    .route('/api/me/devices')
    .get(loggedIn, async (request, response) => {
      const listed = await devices.list(userOf(request));
      response.json({
        devices: listed.map((device) => ({
          ...device,
          thisDevice: devices.isThis(request, device),
        })),
      });
    })
    .delete(loggedIn, async (request, response) => {
      await devices.revokeAll(userOf(request));
      response.status(204).end();
    })
    .all(onlyBy('GET', 'DELETE'));

  api
    .route('/api/me/devices/:id')
    .delete(loggedIn, async (request, response) => {
      // Another user's device is a 404 as well.
      if (!(await devices.revoke(userOf(request), request.params.id))) {
        throw new Problem(404, 'not_found', ({ noDevice }) => noDevice);
      }
      response.status(204).end();
    })
    .all(onlyBy('DELETE'));

  return api;
}

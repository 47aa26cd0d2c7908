import { type Request, Router } from 'express';
import type { TrustedDevice } from 'passport-modica-2fa';
import { z } from 'zod';
import { userOf } from '../authentication.js';
import type { Devices } from '../devices.js';
import { neverCached } from '../headers.js';
import { wordsOf } from '../language.js';
import { onlyBy, Problem } from '../problems.js';
import { browserName } from './browser-name.js';
import { csrfToken, readForm } from './forms.js';
import { onlyLoggedIn } from './logged-in.js';
import { leaveNotice, takeNotice } from './notice.js';
import { moment } from './times.js';
import { show } from './views.js';

export interface DevicesPageParts {
  readonly devices: Devices;
}

const chosenSchema = z.union([z.object({ device: z.string() }), z.object({ all: z.literal('1') })]);

/** Lists and revokes the user's trusted devices. */
export function devicesPage({ devices }: DevicesPageParts): Router {
  const page = Router();

  page
    .route('/account/devices')
    .all(neverCached, onlyLoggedIn)
    .get(async (request, response) => {
      const listed = await devices.list(userOf(request));
      show(response, 'devices', {
        csrfToken: csrfToken(request),
        notice: takeNotice(request),
        devices: listed.map((device) => ({
          ...lineOf(device, request),
          isThis: devices.isThis(request, device),
        })),
      });
    })
    .post(...readForm, async (request, response) => {
      const { data: chosen } = chosenSchema.safeParse(request.body);
      if (!chosen) {
        throw new Problem(400, 'invalid_request', ({ invalidRequest }) => invalidRequest);
      }
      // Another user's device is treated as missing: there is nothing to revoke.
      if ('device' in chosen) await devices.revoke(userOf(request), chosen.device);
      else await devices.revokeAll(userOf(request));
      const { devices: words } = wordsOf(request);
      leaveNotice(request, {
        kind: 'status',
        text: 'device' in chosen ? words.revoked : words.allRevoked,
      });
      response.redirect(303, '/account/devices');
    })
    .all(onlyBy('GET', 'POST'));

  return page;
}

function lineOf(
  { id, userAgent, trustedAt, lastUsedAt, expiresAt }: TrustedDevice,
  request: Request,
) {
  return {
    id,
    browser: browserName(userAgent) ?? wordsOf(request).devices.unknown,
    trustedAt: moment(trustedAt, request),
    lastUsedAt: moment(lastUsedAt, request),
    expiresAt: moment(expiresAt, request),
  };
}

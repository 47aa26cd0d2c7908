import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { RequestHandler } from 'express';
import type { DeviceEvent, PhaseEvent } from 'passport-modica-2fa';
import { z } from 'zod';
import type { Activity, ActivityType } from './activity.js';

const channel = 'passport-modica-2fa';

const eventSchema = z.object({
  name: z.string(),
  userId: z.number(),
  code: z.string().optional(),
  purpose: z.enum(['login', 'step-up', 'enrol']).optional(),
  destination: z.string().optional(),
});

/**
 * Records the library's events as the activity of the user that they name.
 *
 * The channel is shared by the whole process, which may run several apps, each with a user 1, and an event
 * does not name its app (a `realm` is shared by all processes of an app). But events are published within
 * the request that causes them, so an AsyncLocalStorage says whether that request is one of this app's.
 */
export function listenToActivity(activity: Activity) {
  const ownRequests = new AsyncLocalStorage<true>();

  const listener = (message: unknown) => {
    if (!ownRequests.getStore()) return;
    const { data: event } = eventSchema.safeParse(message);
    const type = event && activityTypeOf(event);
    if (!type) return;
    // Nothing awaits a listener: an unhandled rejection would end the process.
    activity
      .record(event.userId, type, { destination: destinationOf(type, event) })
      .catch((error) => console.error(error));
  };
  subscribe(channel, listener);

  /** Mount it before every route that runs the strategy. */
  const markRequest: RequestHandler = (_request, _response, next) => {
    ownRequests.run(true, next);
  };

  return { markRequest, stop: () => unsubscribe(channel, listener) };
}

type EventName = PhaseEvent['name'] | DeviceEvent['name'];

/** All other events are for operators. */
const typesByEvent: ReadonlyMap<string, ActivityType> = new Map<EventName, ActivityType>([
  ['challenge_sent', 'code_sent'],
  ['second_factor_not_required', 'logged_in_without_code'],
  ['recovery_code_used', 'recovery_code_used'],
  ['code_incorrect', 'code_wrong'],
  ['user_locked', 'locked'],
  ['device_trusted', 'device_trusted'],
  ['device_used', 'device_used'],
  ['device_revoked', 'device_revoked'],
  ['device_token_reused', 'device_token_reused'],
]);

const typesByPurpose = {
  login: 'logged_in',
  'step-up': 'confirmed',
  enrol: 'number_changed',
} as const satisfies Record<string, ActivityType>;

type UserEvent = z.output<typeof eventSchema>;

function activityTypeOf({ name, code, purpose }: UserEvent): ActivityType | undefined {
  if (name === 'code_accepted') return purpose && typesByPurpose[purpose];
  // Someone who knows the password may be trying recovery codes.
  if (name === 'code_refused' && code === 'recovery_code_incorrect') return 'code_wrong';
  return typesByEvent.get(name);
}

function destinationOf(type: ActivityType, { destination }: UserEvent): string | undefined {
  return type === 'code_sent' || type === 'number_changed' ? destination : undefined;
}

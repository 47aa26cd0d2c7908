import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { RequestHandler } from 'express';
import type { DeviceEvent, PhaseEvent } from 'passport-modica-2fa';
import { z } from 'zod';
import type { Activity, Happening } from './activity.js';

const channel = 'passport-modica-2fa';

const eventSchema = z.object({
  name: z.string(),
  userId: z.number(),
  purpose: z.enum(['login', 'step-up', 'enrol']).optional(),
  destination: z.string().optional(),
});

/**
 * Notes what the library tells of users, from now on. The channel is one for the whole process, in
 * which several apps can live, all with a user 1. An event does not name its app: a `realm` is shared by
 * all processes of an app, so it cannot be one of each. But every event is told in the middle of the
 * request that caused it, and a request knows its app: it carries a mark of it through all that it awaits.
 */
export function listenToActivity(activity: Activity) {
  const ownRequests = new AsyncLocalStorage<true>();

  const listener = (told: unknown) => {
    if (!ownRequests.getStore()) return;
    const { data: event } = eventSchema.safeParse(told);
    const happening = event && happeningOf(event);
    if (!happening) return;
    try {
      activity.note(event.userId, happening, destinationOf(happening, event));
    } catch (error) {
      // Thrown from here it would end the process, and the request is worth more than its trace.
      console.error(error);
    }
  };
  subscribe(channel, listener);

  /** Comes before whatever runs the strategy. */
  const markRequest: RequestHandler = (_request, _response, next) => {
    ownRequests.run(true, next);
  };

  return { markRequest, stop: () => unsubscribe(channel, listener) };
}

type EventName = PhaseEvent['name'] | DeviceEvent['name'];

/** What is not here is for an operator. */
const happeningsByName: ReadonlyMap<string, Happening> = new Map<EventName, Happening>([
  ['challenge_sent', 'code_sent'],
  ['code_incorrect', 'code_wrong'],
  ['user_locked', 'locked'],
  ['device_trusted', 'device_trusted'],
  ['device_used', 'device_used'],
  ['device_revoked', 'device_revoked'],
  ['device_token_reused', 'device_token_reused'],
]);

const happeningsByPurpose = {
  login: 'logged_in',
  'step-up': 'confirmed',
  enrol: 'number_changed',
} as const satisfies Record<string, Happening>;

type Told = z.output<typeof eventSchema>;

function happeningOf({ name, purpose }: Told): Happening | undefined {
  if (name === 'code_accepted') return purpose && happeningsByPurpose[purpose];
  return happeningsByName.get(name);
}

function destinationOf(happening: Happening, { destination }: Told): string | undefined {
  return happening === 'code_sent' || happening === 'number_changed' ? destination : undefined;
}

import type { Outcome } from '../../../lib/outcome.js';
import type { Request, User } from './requests.js';
import type { World } from './world.js';

/** The history of a world, one line for each request, to explain a failure. */
export function story({ requests, provider }: World): string {
  const begun = requests[0]?.startedAt ?? 0;
  const texted = (request: Request) =>
    provider.messages.filter((sent) => sent.request === request).map(({ code }) => `SMS ${code}`);
  const checked = (request: Request) =>
    provider.checks.filter((made) => made.request === request).map(({ verdict }) => verdict);
  return requests
    .map((request) =>
      [
        `#${request.number}`,
        `at ${(request.startedAt - begun) / 1000} s`,
        `on node ${request.node}`,
        request.kind,
        request.user ? `of user ${request.user.id}` : request.handle?.slice(0, 4),
        ...texted(request),
        ...checked(request),
        request.abandoned ? 'abandoned' : ending(request.outcome, request.error),
        `before #${request.endedBefore}`,
      ].join(' '),
    )
    .join('\n');
}

function ending(outcome: Outcome<User> | undefined, error: unknown): string {
  switch (outcome?.kind) {
    case undefined:
      return String(error);
    case 'challenged':
      return `${outcome.challenge.reused ? 'joined' : 'got'} ${outcome.handle.slice(0, 4)}`;
    case 'refused':
      return outcome.refusal.code;
    case 'broken':
      return String(outcome.error);
    case 'no_user':
    case 'verified':
      return outcome.kind;
  }
}

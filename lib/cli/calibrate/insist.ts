import type { Reply } from '../../providers/http/reply.js';
import type { Answer } from './answer.js';
import { CannotTell } from './cannot-tell.js';

const cures = {
  reach: 'Check the network, a proxy, a firewall, and MODICA_BASE_URL.',
  credentials:
    'Check MODICA_USERNAME and MODICA_PASSWORD, and that the 2FA application is provisioned.',
  later: 'Run it again later; ask Modica if this is frequent.',
};

/**
 * The reply that the rest depends on.
 *
 * @param spent - what the request may have cost, should nobody know whether it was received
 * @throws {CannotTell} where there is none, or one that says nothing of the request itself
 */
export function insist(answer: Answer, spent: string): Reply {
  if (answer.kind === 'unreachable') {
    throw new CannotTell({
      problem: `Modica could not be reached (${answer.reason}).`,
      cure: cures.reach,
    });
  }
  if (answer.kind === 'lost') {
    throw new CannotTell({
      problem: `Modica's answer was lost or came too late (${answer.reason}); ${spent}.`,
      cure: `The request is not repeated. ${cures.later}`,
    });
  }
  const { status } = answer.reply;
  if (status === 401) {
    throw new CannotTell({
      problem: 'Modica refuses these credentials, or they lack permission.',
      cure: cures.credentials,
    });
  }
  if (status === 429) {
    throw new CannotTell({
      problem: 'Modica has had too many requests and did not look at this one.',
      cure: cures.later,
    });
  }
  if (status >= 500) {
    throw new CannotTell({
      problem: `Modica answered ${status}; ${spent}.`,
      cure: `The request is not repeated. ${cures.later}`,
    });
  }
  return answer.reply;
}

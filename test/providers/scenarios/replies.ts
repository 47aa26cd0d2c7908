import { expect } from 'vitest';
import type { Profile, Reply } from '../profile.js';
import type { Scenario } from '../scenario.js';
import { startWith } from '../start.js';

function toMessage({ what, ...reply }: Reply): Scenario {
  return {
    title: `A9: ${what} to a send leaves the delivery unknown, and its code logs no user in`,
    run: async (profile) => {
      const { overrideNextReply, browser, newestCode, sends } = await startWith(profile);
      const alice = browser();
      overrideNextReply('send', { ...reply, reply: 'replaced', processed: true });
      expect((await alice.login()).status).toBeGreaterThanOrEqual(500);
      expect((await alice.login()).body.challenge).toMatchObject({
        delivery: 'unknown',
        reused: true,
      });
      expect((await alice.enter(newestCode())).body.code).toBe('delivery_unknown');
      expect(sends()).toBe(1);
    },
  };
}

function toCode({ what, ...reply }: Reply): Scenario {
  return {
    title: `A9: ${what} to a check logs no user in`,
    run: async (profile) => {
      const { overrideNextReply, browser, emulator, wrongCode } = await startWith(profile);
      const alice = browser();
      await alice.login();
      const body = reply.body?.replaceAll('<id>', emulator.messages[0]?.id ?? '');
      overrideNextReply('check', {
        ...reply,
        ...(body && { body }),
        reply: 'replaced',
        processed: true,
      });
      const answer = await alice.enter(wrongCode());
      expect(answer.status).toBeGreaterThanOrEqual(401);
      expect(await alice.me()).toBeUndefined();
    },
  };
}

/** Only a documented success is accepted, not a reply that resembles it. */
export function replyScenarios({ broken }: Profile): readonly Scenario[] {
  return [...broken.send.map(toMessage), ...broken.check.map(toCode)];
}

import type { Memory } from '../options/memory.js';
import type { Check } from './check.js';
import { demand } from './finding.js';
import { someKey } from './names.js';
import { type Answer, Tally } from './tally.js';

/** Requests at once; and how often that is tried, because a race need not be lost each time. */
export const crowd = 50;
const rounds = 3;

/** Calls something so often at once, with the number of the call. */
export function atOnce<T>(call: (turn: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: crowd }, (_, turn) => call(turn)));
}

const guessing = 'parallel guesses must not slip under the limit (Keycloak CVE-2024-4629)';
const atomic = 'count in one atomic step of the database, not by reading and writing';

/** That calls at the same time get in each other's way; each check looks at several keys. */
export const races: readonly Check<Memory>[] = [
  {
    name: `limiter: loses none of ${crowd} consumes at once`,
    async look(memory) {
      const tally = new Tally(memory, { points: 5 });
      for (let round = 0; round < rounds; round += 1) {
        const key = someKey();
        await atOnce(() => tally.consume(key));
        const used = await tally.used(key);
        demand(used === crowd, {
          seen: `${used} were counted of ${crowd} consumes at once`,
          expected: `${crowd}, also where 5 are allowed; ${atomic}`,
          matters: guessing,
        });
      }
    },
  },
  {
    name: `limiter: allows exactly the points of ${crowd} consumes at once`,
    async look(memory) {
      const tally = new Tally(memory, { points: 5 });
      for (let round = 0; round < rounds; round += 1) {
        const key = someKey();
        const allowed = allowedOf(tally, await atOnce(() => tally.consume(key)));
        demand(allowed === 5, {
          seen: `${allowed} of ${crowd} consumes at once were allowed, with 5 points`,
          expected: `5; ${atomic}`,
          matters: guessing,
        });
      }
    },
  },
  {
    name: `limiter: a claim is had once of ${crowd} at once, and never again`,
    async look(memory) {
      const tally = new Tally(memory, { points: 1 });
      for (let round = 0; round < rounds; round += 1) {
        const key = someKey();
        const had = allowedOf(tally, await atOnce(() => tally.consume(key)));
        const again = tally.allows(await tally.consume(key));
        demand(had === 1 && !again, {
          seen: `a claim was had ${had} times at once, and ${again ? 'once more' : 'not again'} later`,
          expected: `once at once, and not again; ${atomic}`,
          matters:
            'a code must log in once (NIST SP 800-63B-4), and of a double click one SMS goes out',
        });
      }
    },
  },
  {
    name: `limiter: loses none of ${crowd} penalties and rewards at once`,
    async look(memory) {
      const tally = new Tally(memory);
      for (let round = 0; round < rounds; round += 1) {
        const key = someKey();
        await tally.penalty(key, crowd);
        await atOnce((turn) => (turn % 2 === 0 ? tally.penalty(key) : tally.reward(key)));
        const used = await tally.used(key);
        demand(used === crowd, {
          seen: `${used} were left of ${crowd} after as many penalties as rewards at once`,
          expected: `${crowd}; ${atomic}`,
          matters: 'attempts that are given back must not take those of others along',
        });
      }
    },
  },
];

export function allowedOf(tally: Tally, answers: readonly Answer[]): number {
  return answers.filter((answer) => tally.allows(answer)).length;
}

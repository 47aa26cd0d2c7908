import { inspect } from 'node:util';
import type { Memory } from '../storage/storage.js';
import { type Both, type Check, demand, someKey, somePrefix, someStoreKey } from './harness.js';
import { type Answer, Entries, Tally } from './subjects.js';

/** Requests at once; and how often that is tried, because a race need not be lost each time. */
const crowd = 50;
const rounds = 3;

/** Calls something so often at once, with the number of the call. */
function atOnce<T>(call: (turn: number) => Promise<T>): Promise<T[]> {
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

function allowedOf(tally: Tally, answers: readonly Answer[]): number {
  return answers.filter((answer) => tally.allows(answer)).length;
}

/** Milliseconds: longer than any check. */
const ttl = 60_000;

/** One counter, as two processes have it. */
function tallies({ here, there }: Both, points: number) {
  const options = { keyPrefix: somePrefix(), points };
  const both = [new Tally(here, options), new Tally(there, options)] as const;
  return { both, of: (turn: number) => (turn % 2 === 0 ? both[0] : both[1]) };
}

/** That two processes have one memory. */
export const sharing: readonly Check<Both>[] = [
  {
    name: 'two processes: what one writes or deletes the other sees at once',
    async look({ here, there }) {
      const [one, two] = [new Entries(here.store), new Entries(there.store)];
      const key = someStoreKey();
      await one.set(key, '"first"', ttl);
      const first = await two.get(key);
      await two.set(key, '"second"', ttl);
      const second = await one.get(key);
      await one.delete(key);
      const deleted = await two.get(key);
      demand(first === '"first"' && second === '"second"' && deleted === undefined, {
        seen: `${inspect([first, second, deleted])} after one process wrote "first", the other "second", and the first one deleted it`,
        expected: '"first" and "second" and nothing: no cache of a process of its own, no replica',
        matters: 'the code comes to another process than the password; it must find the challenge',
      });
    },
  },
  {
    name: `two processes: ${crowd} consumes at once over both count exactly`,
    async look(given) {
      const { both, of } = tallies(given, 5);
      const key = someKey();
      const allowed = allowedOf(both[0], await atOnce((turn) => of(turn).consume(key)));
      const counts = await Promise.all(both.map((tally) => tally.used(key)));
      demand(allowed === 5 && String(counts) === `${crowd},${crowd}`, {
        seen: `${allowed} were allowed with 5 points, and the processes counted ${counts}`,
        expected: `5, and ${crowd},${crowd}`,
        matters: 'every process would allow as many guesses again',
      });
    },
  },
  {
    name: `two processes: a claim is had once of ${crowd} at once over both`,
    async look(given) {
      const { both, of } = tallies(given, 1);
      const key = someKey();
      const had = allowedOf(both[0], await atOnce((turn) => of(turn).consume(key)));
      demand(had === 1, {
        seen: `a claim was had ${had} times`,
        expected: 'once',
        matters: 'a code would log in once in every process',
      });
    },
  },
  {
    name: 'two processes: what one blocks or frees the other sees at once',
    async look(given) {
      const { both } = tallies(given, 2);
      const [one, two] = both;
      const key = someKey();
      await one.block(key, 60);
      const blocked = await two.consume(key);
      await one.delete(key);
      const freed = await two.consume(key);
      demand(!two.allows(blocked) && two.allows(freed) && freed.consumedPoints === 1, {
        seen: `a key was ${two.allows(blocked) ? 'free' : 'blocked'} in the second process after the first blocked it, and ${two.allows(freed) ? 'free' : 'blocked'} with consumedPoints of ${freed.consumedPoints} after the first deleted it`,
        expected: 'blocked, then free with 1; so no inMemoryBlockOnConsumed',
        matters:
          'a lock must hold in every process, and strategy.unlock() must lift it in every one',
      });
    },
  },
];

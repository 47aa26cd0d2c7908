import { Counter } from '../limits/counter.js';
import { type Memory, sharedLike, storeProblem } from '../options/memory.js';
import { type Check, messageOf } from './check.js';
import { ConformanceError, demand } from './finding.js';
import { somePrefix } from './names.js';

const matters = 'a strategy refuses them at construction, so your app will not start';

/** What a strategy looks at when it is made. */
export const takenByStrategy: Check<Memory> = {
  name: 'a strategy takes the store and the limiter',
  async look({ store, limiter }) {
    const problem = storeProblem(store);
    demand(problem === undefined, {
      seen: `a store that ${problem}`,
      expected: 'one that keeps times, and throws or rejects when it fails',
      matters,
    });
    try {
      const options = { keyPrefix: somePrefix(), points: 1, duration: 60 };
      new Counter(sharedLike(store, limiter), options);
    } catch (cause) {
      throw new ConformanceError(
        {
          seen: `a limiter that cannot be used, "${messageOf(cause)}"`,
          expected: 'a limiter of rate-limiter-flexible, or one like it, with all three options',
          matters,
        },
        { cause },
      );
    }
  },
};

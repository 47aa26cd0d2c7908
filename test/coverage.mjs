// Coverage by V8 as Vitest takes it, but of lib alone. What else runs here (tests, the example, the
// built package) would be handed over and put together two hundred times, and then be dropped.
import v8 from '@vitest/coverage-v8';

const lib = new URL('../lib/', import.meta.url).href;

export default {
  ...v8,
  takeCoverage: async (options) => {
    const { result } = await v8.takeCoverage(options);
    return { result: result.filter(({ url }) => url.startsWith(lib)) };
  },
};

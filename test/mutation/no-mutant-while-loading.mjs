import { inject } from 'vitest';

// Stryker sets the mutant when the tests of a file begin. On a kept thread the one of the run before would still be set
// while the file and what it imports load.
if (inject('mutantActivation') === 'runtime') globalThis.__stryker__.activeMutant = undefined;

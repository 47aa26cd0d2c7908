/** The tests' folders, those that load least first: most mutants die in a few milliseconds there. */
const folders = [
  '/unit/',
  '/security/',
  '/integration/',
  '/faults/',
  '/providers/',
  '/frameworks/',
];

/**
 * The place of a test file among all. The one that loads the package by itself comes last: it reaches whatever
 * loading runs, and Stryker would take it for the only one that does.
 */
export function rankOf(testFile) {
  return testFile.endsWith('/unit/package.test.ts')
    ? folders.length
    : folders.findIndex((folder) => testFile.includes(folder));
}

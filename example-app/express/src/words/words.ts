import type { english } from './english.js';

/** All texts of one language: a missing one does not compile. */
export type Words = typeof english;

import type { english } from './english.js';

/** All words of one language: one that is missing does not compile. */
export type Words = typeof english;

/** Seconds for which a code opens the pages that change a number or a password. */
export const freshFor = 300;

/** For how many seconds a code is proof enough for what must not happen behind a user's back. */
export const freshFor = 300;

import type { RequestHandler } from 'express';
import { Problem } from './problems.js';

/**
 * Refuses requests that a page of another origin makes a browser send, empty forms included. A sibling
 * domain is the same site, so SameSite lets its requests bring the session cookie. Clients other than
 * browsers send neither header.
 */
export const onlySameOrigin: RequestHandler = (request, _response, next) => {
  const { 'sec-fetch-site': site, origin } = request.headers;
  // Browsers before 2023, and browsers on plain http, send Origin only.
  const own = site
    ? site === 'same-origin' || site === 'none'
    : origin === undefined || origin === `${request.protocol}://${request.host}`;
  if (!own && request.method !== 'GET' && request.method !== 'HEAD') {
    throw new Problem(403, 'cross_origin', ({ otherOrigin }) => otherOrigin);
  }
  next();
};

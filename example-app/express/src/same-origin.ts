import type { RequestHandler } from 'express';
import { Problem } from './problems.js';

/**
 * Refuses what a page of another origin makes a browser send, forms without fields included. A sibling
 * domain is the same site: its requests bring the session cookie, whatever SameSite says. Clients that
 * are no browsers send neither header.
 */
export const onlySameOrigin: RequestHandler = (request, _response, next) => {
  const { 'sec-fetch-site': site, origin } = request.headers;
  // Browsers before 2023, and those on plain http, send the origin alone.
  const own = site
    ? site === 'same-origin' || site === 'none'
    : origin === undefined || origin === `${request.protocol}://${request.host}`;
  if (!own && request.method !== 'GET' && request.method !== 'HEAD') {
    throw new Problem(403, 'cross_origin', ({ otherOrigin }) => otherOrigin);
  }
  next();
};

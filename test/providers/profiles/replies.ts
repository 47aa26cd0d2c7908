import type { Reply } from '../profile.js';

/** An exceeded rate limit, with any API. */
export const tooMany: Reply = {
  what: 'a 429',
  status: 429,
  headers: { 'retry-after': '12' },
};

/** Replies that no API documents, most of them around the body of a success. */
export function brokenAround(status: number, yes: string): readonly Reply[] {
  return [
    { what: 'nothing at all', status, body: '' },
    { what: 'a 204', status: 204, body: '' },
    { what: 'a 202 around the yes', status: 202, body: yes },
    { what: 'a redirect around the yes', status: 302, body: yes, headers: { location: '/' } },
    { what: 'a 404 around the yes', status: 404, body: yes },
    { what: 'a 500 around the yes', status: 500, body: yes },
    { what: 'HTML around the yes', status, body: `<html>${yes}</html>` },
    { what: 'the yes cut off', status, body: yes.slice(0, -1) },
    { what: 'the yes as a string', status, body: JSON.stringify(yes) },
    { what: 'the yes in a list', status, body: `[${yes}]` },
    { what: 'the yes in another place', status, body: `{"result":${yes}}` },
    { what: 'the bare word true', status, body: 'true' },
    { what: 'null', status, body: 'null' },
  ];
}

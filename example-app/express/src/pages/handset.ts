import { Router } from 'express';
import type { Demonstration } from '../demonstration.js';
import { neverCached } from '../headers.js';
import { onlyBy } from '../problems.js';
import { clock } from './times.js';
import { show } from './views.js';

type Phone = Pick<Demonstration, 'emulator' | 'outOfReach'>;

/** The demo phone: shows every message that is delivered, to any number. */
export function handsetPage({ emulator, outOfReach }: Phone): Router {
  const page = Router();
  const received = () => emulator.messages.filter(({ to }) => to !== outOfReach);

  page
    .route('/handset')
    .all(neverCached)
    .get((request, response) => {
      const messages = received().map(({ to, text, sentAt }) => ({
        to,
        text,
        sentAt: clock(sentAt, request),
      }));
      show(response, 'handset', { messages });
    })
    .all(onlyBy('GET'));

  page
    .route('/handset.json')
    .all(neverCached)
    .get((_request, response) => {
      response.json(received().map(({ to, text, sentAt }) => ({ to, text, sentAt })));
    })
    .all(onlyBy('GET'));

  return page;
}

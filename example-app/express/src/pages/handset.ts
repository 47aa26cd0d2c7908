import { Router } from 'express';
import type { ModicaEmulator } from 'passport-modica-2fa/emulator';
import { neverCached } from '../headers.js';
import { onlyBy } from '../problems.js';
import { clock } from './times.js';
import { show } from './views.js';

/** The phone of the demonstration: it gets every message, whatever the number. */
export function handsetPage(emulator: ModicaEmulator): Router {
  const page = Router();

  page
    .route('/handset')
    .all(neverCached)
    .get((request, response) => {
      const messages = emulator.messages.map(({ to, text, sentAt }) => ({
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
      response.json(emulator.messages.map(({ to, text, sentAt }) => ({ to, text, sentAt })));
    })
    .all(onlyBy('GET'));

  return page;
}

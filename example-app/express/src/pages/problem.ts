import type { ErrorRequestHandler } from 'express';
import { type Problem, problemOf } from '../problems.js';
import { codePathsOf } from './code-paths.js';
import { type Link, show, type Views } from './views.js';

/** Whatever a page could not do, said on a plain one. Four parameters: Express counts. */
export const answerByPage: ErrorRequestHandler = (error, request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const problem = problemOf(error);
  response.status(problem.status).set(problem.headers).set('Cache-Control', 'no-store');
  show(response, 'problem', wordsFor(problem, request.path));
};

const ways: Readonly<Record<string, Link>> = {
  '/register': { href: '/register', text: 'Back to the registration' },
  '/login': { href: '/login', text: 'Back to the login' },
  '/login/code': { href: '/login/code', text: 'Back to the code' },
  '/confirm': { href: '/confirm', text: 'Back to the confirmation' },
  '/confirm/code': { href: '/confirm/code', text: 'Back to the code' },
  '/account/phone': { href: '/account/phone', text: 'Back to your number' },
  '/account/phone/code': { href: '/account/phone/code', text: 'Back to the code' },
};
const payments: Link = { href: '/payments', text: 'Go to your payments' };
const start: Link = { href: '/', text: 'Go to the start page' };

/** What happened and, above all, where to go from here. */
function wordsFor({ status, code, message }: Problem, path: string): Views['problem'] {
  const link = ways[path] ?? (path.startsWith('/payments') ? payments : start);
  const { asking, entering } = codePathsOf(path);
  switch (code) {
    case 'not_found':
      return { title: 'Page not found', message: 'There is no page at this address.', link };
    case 'csrf_token_invalid':
      return { title: 'This page is too old', message, link };
    case 'too_many_requests':
      return { title: 'Too many tries', message, link };
    case 'provider_unavailable':
      return {
        title: 'Codes are not available',
        message: 'We cannot send or check codes right now. Try again in a few minutes.',
        link,
      };
    case 'provider_outcome_unknown':
      return path === asking
        ? {
            title: 'No answer in time',
            message: 'We could not confirm that the code was sent. You can ask for a new one.',
            link: { href: entering, text: 'Go on to the code' },
          }
        : {
            title: 'No answer in time',
            message: 'Enter the code once more, or ask for a new one.',
            link,
          };
    default:
      return status < 500
        ? { title: 'That did not work', message, link }
        : {
            title: 'Something went wrong',
            message: 'It is our fault, not yours. Try again in a few minutes.',
            link,
          };
  }
}

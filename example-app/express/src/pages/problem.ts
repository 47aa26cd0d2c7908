import type { ErrorRequestHandler } from 'express';
import { wordsOf } from '../language.js';
import { type Problem, problemOf } from '../problems.js';
import type { Words } from '../words/words.js';
import { codePathsOf } from './code-paths.js';
import { type Link, show, type Views } from './views.js';

/** The error page. Express recognises error handlers by their four parameters. */
export const answerByPage: ErrorRequestHandler = (error, request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const problem = problemOf(error);
  response.status(problem.status).set(problem.headers).set('Cache-Control', 'no-store');
  show(response, 'problem', shownProblem(problem, request.path, wordsOf(request)));
};

/** The link to where the user can continue. */
function wayFrom(path: string, words: Words['problemPage']): Link {
  const ways: Readonly<Record<string, string>> = {
    '/register': words.toRegistration,
    '/login': words.toLogin,
    '/login/code': words.backToCode,
    '/confirm': words.toConfirmation,
    '/confirm/code': words.backToCode,
    '/account/phone': words.toNumber,
    '/account/phone/code': words.backToCode,
  };
  const text = ways[path];
  if (text !== undefined) return { href: path, text };
  return path.startsWith('/payments')
    ? { href: '/payments', text: words.toPayments }
    : { href: '/', text: words.toHome };
}

/** What happened, and where to continue. */
function shownProblem(problem: Problem, path: string, all: Words): Views['problem'] {
  const { status, code } = problem;
  const { message } = problem.in(all);
  const { problemPage: words } = all;
  const link = wayFrom(path, words);
  const { asking, entering } = codePathsOf(path);
  switch (code) {
    case 'not_found':
      return { title: words.notFound, message: words.notFoundText, link };
    case 'csrf_token_invalid':
      return { title: words.tooOld, message, link };
    case 'too_many_requests':
      return { title: words.tooMany, message, link };
    case 'provider_unavailable':
      return { title: words.noCodes, message: words.noCodesText, link };
    case 'provider_outcome_unknown':
      return path === asking
        ? {
            title: words.noAnswer,
            message: words.noAnswerToSend,
            link: { href: entering, text: words.enterCode },
          }
        : { title: words.noAnswer, message: words.noAnswerToCheck, link };
    default:
      return status < 500
        ? { title: words.refused, message, link }
        : { title: words.broken, message: words.brokenText, link };
  }
}

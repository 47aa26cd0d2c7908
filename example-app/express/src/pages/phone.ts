import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { CountryCode } from 'libphonenumber-js/min';
import { takeReturnPath } from 'passport-modica-2fa';
import type { z } from 'zod';
import { neverCached } from '../headers.js';
import { inEachLanguage, wordsOf } from '../language.js';
import {
  codeForNewNumber,
  finishNumber,
  mayProveNumber,
  type NumberParts,
  removeNumber,
} from '../new-number.js';
import { onlyBy } from '../problems.js';
import { currentPasswordSchema, fieldErrors, mobileFormSchema } from '../requests.js';
import {
  confirmedIfEnrolled,
  confirmedRecently,
  hasNoNumber,
  shownNumber,
} from '../second-factor.js';
import { showCodeForm } from './code-form.js';
import { csrfToken, readForm, typedField } from './forms.js';
import { onlyLoggedIn } from './logged-in.js';
import { leaveNotice, takeNotice } from './notice.js';
import { announceResend, explainRefusal, goToCodePage } from './steps.js';
import { show } from './views.js';

export interface PhonePageParts extends NumberParts {
  readonly allowedPrefixes: readonly string[] | undefined;
  readonly defaultCountry: CountryCode;
  readonly demo: boolean;
}

/**
 * Adds or changes the mobile number. A change needs a recent code of the old number, a first number the
 * password; both need a code of the new number.
 */
export function phonePage(parts: PhonePageParts): Router {
  const { authentication, allowedPrefixes, defaultCountry, required, demo } = parts;
  const { authenticator, secondFactor } = authentication;
  const schema = inEachLanguage(({ fields }) =>
    mobileFormSchema(fields, allowedPrefixes, defaultCountry),
  );
  const firstSchema = inEachLanguage(({ fields }) =>
    mobileFormSchema(fields, allowedPrefixes, defaultCountry).extend(
      currentPasswordSchema(fields).shape,
    ),
  );
  const schemaFor = (request: Request): z.ZodType<{ mobile: string; currentPassword?: string }> =>
    hasNoNumber(request) ? firstSchema(request) : schema(request);
  const mayProve = mayProveNumber(parts);
  const page = Router();

  const keepNumber: RequestHandler = async (request, response, next) => {
    const parsed = schemaFor(request).safeParse(request.body);
    if (!parsed.success) {
      showForm(request, response.status(400), fieldErrors(parsed.error));
      return;
    }
    const { mobile, currentPassword } = parsed.data;
    if (currentPassword !== undefined && !(await mayProve(request, currentPassword))) {
      const { passwordWrong } = wordsOf(request).fields;
      showForm(request, response.status(400), { currentPassword: passwordWrong });
      return;
    }
    request.session.newMobile = mobile;
    next();
  };

  const finish: RequestHandler = async (request, response) => {
    const { account } = wordsOf(request);
    const text = hasNoNumber(request) ? account.numberAdded : account.numberChanged;
    await finishNumber(request, parts);
    leaveNotice(request, { kind: 'status', text });
    response.redirect(303, takeReturnPath(request, '/account'));
  };

  function showForm(
    request: Request,
    response: Response,
    errors: Readonly<Record<string, string>> = {},
  ): void {
    show(response, 'phone', {
      csrfToken: csrfToken(request),
      notice: takeNotice(request),
      destination: shownNumber(request),
      mobile: typedField(request.body, 'mobile', errors),
      currentPassword: { error: errors['currentPassword'] },
      required,
    });
  }

  page
    .route('/account/phone')
    // An unattended browser must not let anyone redirect the codes to another phone.
    .all(neverCached, onlyLoggedIn, confirmedIfEnrolled)
    .get((request, response) => showForm(request, response))
    .post(
      ...readForm,
      keepNumber,
      authenticator.authorize('modica-2fa', {
        ...codeForNewNumber,
        phase: 'challenge',
        failWithError: true,
      }),
      goToCodePage('newNumber'),
    )
    .all(onlyBy('GET', 'POST'));

  page
    .route('/account/phone/code')
    .all(neverCached, onlyLoggedIn, confirmedIfEnrolled)
    .get(async (request, response) => {
      const challenge = await secondFactor.pending(request, { purpose: 'enrol' });
      if (!challenge || challenge.attemptsRemaining === 0) {
        response.redirect(303, '/account/phone');
      } else {
        const { phone } = wordsOf(request);
        showCodeForm(request, response, challenge, {
          title: phone.confirmTitle,
          action: '/account/phone/code',
          links: [{ href: '/account/phone', text: phone.another }],
          demo,
        });
      }
    })
    .post(
      ...readForm,
      announceResend,
      authenticator.authorize('modica-2fa', {
        ...codeForNewNumber,
        phase: 'response',
        failWithError: true,
      }),
      finish,
      explainRefusal('newNumber'),
    )
    .all(onlyBy('GET', 'POST'));

  page
    .route('/account/phone/removal')
    .all(neverCached, onlyLoggedIn, confirmedRecently)
    .post(...readForm, async (request, response) => {
      await removeNumber(request, parts);
      leaveNotice(request, { kind: 'status', text: wordsOf(request).account.numberRemoved });
      response.redirect(303, '/account');
    })
    .all(onlyBy('POST'));

  return page;
}

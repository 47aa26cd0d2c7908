import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { CountryCode } from 'libphonenumber-js/min';
import { maskDestination, requireSecondFactor } from 'passport-modica-2fa';
import { type Authentication, userOf } from '../authentication.js';
import type { Devices } from '../devices.js';
import { freshFor } from '../freshness.js';
import { neverCached } from '../headers.js';
import { inEachLanguage, wordsOf } from '../language.js';
import { codeForNewNumber } from '../new-number.js';
import { onlyBy } from '../problems.js';
import { fieldErrors, mobileFormSchema } from '../requests.js';
import { showCodeForm } from './code-form.js';
import { csrfToken, readForm, typedField } from './forms.js';
import { onlyLoggedIn } from './logged-in.js';
import { leaveNotice, takeNotice } from './notice.js';
import { announceResend, explainRefusal, goToCodePage } from './steps.js';
import { show } from './views.js';

export interface PhonePageParts {
  readonly authentication: Authentication;
  readonly devices: Devices;
  readonly allowedPrefixes: readonly string[] | undefined;
  readonly defaultCountry: CountryCode;
  readonly demo: boolean;
}

/** Changes the mobile number: needs a recent code of the old number, and a code of the new one. */
export function phonePage(parts: PhonePageParts): Router {
  const { authentication, devices, allowedPrefixes, defaultCountry, demo } = parts;
  const { authenticator, secondFactor } = authentication;
  const schema = inEachLanguage(({ fields }) =>
    mobileFormSchema(fields, allowedPrefixes, defaultCountry),
  );
  // An unattended browser must not let anyone redirect the codes to another phone.
  const confirmed = requireSecondFactor({ maxAge: freshFor, redirectTo: '/confirm' });
  const page = Router();

  const keepNumber: RequestHandler = (request, response, next) => {
    const parsed = schema(request).safeParse(request.body);
    if (!parsed.success) {
      showForm(request, response.status(400), fieldErrors(parsed.error));
      return;
    }
    request.session.newMobile = parsed.data.mobile;
    next();
  };

  const finishChange: RequestHandler = async (request, response) => {
    delete request.session.newMobile;
    // Trusted devices are bound to the old number and no longer work: remove them from the list too.
    await devices.revokeAll(userOf(request));
    leaveNotice(request, { kind: 'status', text: wordsOf(request).account.numberChanged });
    response.redirect(303, '/account');
  };

  page
    .route('/account/phone')
    .all(neverCached, onlyLoggedIn, confirmed)
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
    .all(neverCached, onlyLoggedIn, confirmed)
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
      finishChange,
      explainRefusal('newNumber'),
    )
    .all(onlyBy('GET', 'POST'));

  return page;
}

function showForm(
  request: Request,
  response: Response,
  errors: Readonly<Record<string, string>> = {},
): void {
  show(response, 'phone', {
    csrfToken: csrfToken(request),
    notice: takeNotice(request),
    destination: maskDestination(userOf(request).mobile),
    mobile: typedField(request.body, 'mobile', errors),
  });
}

import { Router } from 'express';
import type { PasswordParts } from '../password.js';
import type { RecoveryParts } from '../recovery-codes.js';
import type { SupportParts } from '../support.js';
import { accountPage } from './account.js';
import { type ActivityPageParts, activityPage } from './activity.js';
import { type CodePageParts, codePage } from './code.js';
import { type ConfirmPageParts, confirmPage } from './confirm.js';
import { type DevicesPageParts, devicesPage } from './devices.js';
import { homePage } from './home.js';
import { type LanguagePageParts, languagePage } from './language.js';
import { type LoginPageParts, loginPage } from './login.js';
import { passwordPage } from './password.js';
import { type PaymentPageParts, paymentPage } from './payment.js';
import { type PaymentsPageParts, paymentsPage } from './payments.js';
import { type PhonePageParts, phonePage } from './phone.js';
import { recoveryCodesPage } from './recovery-codes.js';
import { type RegisterPageParts, registerPage } from './register.js';
import { supportPage } from './support.js';

export type PagesParts = RegisterPageParts &
  LoginPageParts &
  CodePageParts &
  LanguagePageParts &
  ConfirmPageParts &
  PhonePageParts &
  RecoveryParts &
  PasswordParts &
  DevicesPageParts &
  ActivityPageParts &
  PaymentsPageParts &
  PaymentPageParts &
  SupportParts;

/** The app as pages, which work without scripts. */
export function createPages(parts: PagesParts): Router {
  const pages = Router();
  pages.use(
    registerPage(parts),
    loginPage(parts),
    codePage(parts),
    homePage(),
    languagePage(parts),
  );
  pages.use(confirmPage(parts), accountPage(), phonePage(parts), recoveryCodesPage(parts));
  pages.use(passwordPage(parts), devicesPage(parts), activityPage(parts));
  pages.use(paymentsPage(parts), paymentPage(parts), supportPage(parts));
  return pages;
}

import { Router } from 'express';
import { type CodePageParts, codePage } from './code.js';
import { homePage } from './home.js';
import { type LoginPageParts, loginPage } from './login.js';
import { type RegisterPageParts, registerPage } from './register.js';

/** The app as pages that work without a script. */
export function createPages(parts: RegisterPageParts & LoginPageParts & CodePageParts): Router {
  const pages = Router();
  pages.use(registerPage(parts), loginPage(parts), codePage(parts), homePage());
  return pages;
}

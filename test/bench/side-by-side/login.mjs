/** A whole login: first factor, challenge, code, session, and the page behind it. */
export async function logIn(site, user) {
  const browser = site.open();
  const asked = await site.begin(browser, user);
  const entered = await site.enter(browser, site.vendor.newestCode(user.mobile));
  const { status } = await browser.get('/private');
  if (status === 200) return;
  const said = JSON.stringify([asked, entered, status]);
  throw new Error(`${user.id} is not logged in: ${said}`);
}

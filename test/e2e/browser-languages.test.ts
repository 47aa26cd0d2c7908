import { expect, it } from 'vitest';
import { describeInBrowser } from './browser/chromium.js';
import { arriveAt, button, demoUser, field, see } from './browser/pages.js';
import { barriersOn, sidewaysScroll } from './browser/probes.js';

describeInBrowser('Another language in a browser', (visit) => {
  it.each([{ scripts: 'with scripts', javaScriptEnabled: true }])(
    'is chosen at the foot of any page, stays, and is left again, $scripts',
    async ({ javaScriptEnabled }) => {
      const { page, demo } = await visit({ javaScriptEnabled, locale: 'en-NZ' });

      await page.goto('/register');
      await button(page, 'Español').click();
      await arriveAt(page, '/register');
      await page.getByRole('link', { name: 'Iniciar sesión' }).click();
      await field(page, 'Nombre de usuario').fill(demoUser.username);
      await field(page, 'Contraseña').fill(demoUser.password);
      await button(page, 'Iniciar sesión').click();
      await see(page, /^El código vence (en \d:\d\d|a las )/);
      expect(demo.messages().at(-1)?.text).toMatch(/^Su clave es/);
      await field(page, 'Código').fill(demo.newestCode());
      await button(page, 'Confirmar').click();
      await see(page, 'Ha iniciado sesión');
      await page.goto('/account/activity');
      await button(page, 'English').click();
      await arriveAt(page, '/account/activity');
      await see(page, 'Logged in with password and code');
    },
  );

  it('is that of the browser, and the pages fit and stay accessible on a narrow screen', async () => {
    const viewport = { width: 320, height: 640 };
    const { page, demo } = await visit({ locale: 'es-MX', viewport, bypassCSP: true });
    const faults: Record<string, unknown> = {};
    const look = async () => {
      expect(await page.locator('html').getAttribute('lang')).toBe('es');
      const scroll = await sidewaysScroll(page);
      if (scroll > 0) faults[new URL(page.url()).pathname] = scroll;
    };

    await page.goto('/login');
    await look();
    await field(page, 'Nombre de usuario').fill(demoUser.username);
    await field(page, 'Contraseña').fill(demoUser.password);
    await button(page, 'Iniciar sesión').click();
    await field(page, 'Código').waitFor();
    await look();
    expect(await barriersOn(page)).toEqual([]);
    await field(page, 'Confiar en este dispositivo durante 14 días').check();
    await field(page, 'Código').fill(demo.newestCode());
    await button(page, 'Confirmar').click();
    await see(page, 'Ha iniciado sesión');
    const places = ['/account', '/account/devices', '/account/activity', '/account/password'];
    for (const place of ['/', ...places, '/account/phone', '/payments', '/confirm', '/register']) {
      await page.goto(place);
      await look();
    }
    expect(faults).toEqual({});
  });
});

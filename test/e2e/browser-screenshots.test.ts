import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeInBrowser } from './browser/chromium.js';
import { journeys } from './browser/every-page.js';
import { passFirstFactor } from './browser/pages.js';

const folder = process.env['SCREENSHOTS'];

/** Two pictures beside each other, as a page. */
const pair = (pictures: readonly Buffer[]) =>
  `<body style="margin:0; display:flex">${pictures
    .map((png) => `<img alt="" src="data:image/png;base64,${png.toString('base64')}">`)
    .join('')}`;

describeInBrowser('A picture', (visit) => {
  it('of the code page next to the demo phone is taken for the README, and saved in SCREENSHOTS', async () => {
    const { page, context } = await visit({ colorScheme: 'light' });
    const handset = await context.newPage();
    const sheet = await context.newPage();
    await page.setViewportSize({ width: 700, height: 880 });
    await handset.setViewportSize({ width: 500, height: 880 });
    await sheet.setViewportSize({ width: 1200, height: 880 });

    await passFirstFactor(page);
    await handset.goto('/handset');
    await handset.getByText('code').first().waitFor();
    await sheet.setContent(pair([await page.screenshot(), await handset.screenshot()]));
    const picture = await sheet.screenshot(folder ? { path: path.join(folder, 'readme.png') } : {});
    expect(picture.length).toBeGreaterThan(10_000);
  });

  const looks = [
    { look: 'light', options: { colorScheme: 'light' } },
    { look: 'dark', options: { colorScheme: 'dark' } },
    { look: 'narrow', options: { viewport: { width: 320, height: 640 } } },
  ] as const;

  if (!folder) return;
  describe.each(journeys)('of $what', ({ pages, environment }) => {
    it.each(looks)('every page can be looked at: $look', async ({ look, options }) => {
      const visited = await visit({ ...options, environment });

      mkdirSync(folder, { recursive: true });
      for await (const name of pages(visited)) {
        await visited.page.screenshot({
          path: path.join(folder, `${look}-${name}.png`),
          fullPage: true,
        });
      }
    });
  });
});

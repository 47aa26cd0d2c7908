import { expect, it } from 'vitest';
import { describeInBrowser } from './browser/chromium.js';
import { journeys } from './browser/every-page.js';
import { barriersOn, brightnessOf, sidewaysScroll } from './browser/probes.js';

const [first, ...others] = journeys;

describeInBrowser('Every page', (visit) => {
  const { what, pages } = first;

  it.each([
    { colorScheme: 'light', from: 0.8, to: 1 },
    { colorScheme: 'dark', from: 0, to: 0.2 },
  ] as const)(
    `of ${what} is $colorScheme where the system is, and has nothing that axe calls serious or critical`,
    async ({ colorScheme, from, to }) => {
      // axe is a script of ours, which the pages' own policy would refuse.
      const visited = await visit({ colorScheme, bypassCSP: true });
      const barriers: Record<string, string[]> = {};

      for await (const name of pages(visited)) {
        const brightness = await brightnessOf(visited.page);
        expect(brightness, name).toBeGreaterThanOrEqual(from);
        expect(brightness, name).toBeLessThanOrEqual(to);
        const found = await barriersOn(visited.page);
        if (found.length > 0) barriers[name] = found;
      }
      expect(barriers).toEqual({});
    },
  );

  it(`of ${what} fits a screen that is 320 pixels wide`, async () => {
    const visited = await visit({ viewport: { width: 320, height: 640 } });
    const tooWide: Record<string, number> = {};

    for await (const name of pages(visited)) {
      const scroll = await sidewaysScroll(visited.page);
      if (scroll > 0) tooWide[name] = scroll;
    }
    expect(tooWide).toEqual({});
  });

  // They have the same colours and the same parts: one walk asks of them all that there is to ask.
  it.each(others)('of $what fits such a screen, and axe finds nothing there', async (journey) => {
    const viewport = { width: 320, height: 640 };
    const visited = await visit({ viewport, bypassCSP: true, environment: journey.environment });
    const found: Record<string, unknown> = {};

    for await (const name of journey.pages(visited)) {
      const barriers = await barriersOn(visited.page);
      const scroll = await sidewaysScroll(visited.page);
      if (barriers.length > 0 || scroll > 0) found[name] = { barriers, scroll };
    }
    expect(found).toEqual({});
  });
});

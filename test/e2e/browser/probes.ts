import { source } from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { z } from 'zod';

// What runs in the page is text here: these files are checked without the types of the DOM.

/** From 0, black, to 1, white: what the page is painted on. */
export async function brightnessOf(page: Page): Promise<number> {
  const brightness = await page.evaluate(`(() => {
    // Under both: what a browser paints where a page sets nothing.
    const ground = document.body.appendChild(document.createElement('div'));
    ground.style.backgroundColor = 'Canvas';
    const colours = [ground, document.documentElement, document.body].map(
      (element) => getComputedStyle(element).backgroundColor,
    );
    ground.remove();
    const brush = document.createElement('canvas').getContext('2d');
    for (const colour of colours) {
      brush.fillStyle = colour;
      brush.fillRect(0, 0, 1, 1);
    }
    const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3 / 255;
  })()`);
  return z.number().parse(brightness);
}

/** By how many pixels the page is wider than what shows it. */
export async function sidewaysScroll(page: Page): Promise<number> {
  const scroll = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  return Math.max(0, z.number().parse(scroll));
}

export async function hasFocus(locator: Locator): Promise<boolean> {
  return (await locator.and(locator.page().locator(':focus')).count()) === 1;
}

/** Whether one can see where the focus is: an outline, or a shadow in place of it. */
export async function focusShows(page: Page): Promise<boolean> {
  const shows = await page.evaluate(`(() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const outlined = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
    return element.matches(':focus-visible') && (outlined || boxShadow !== 'none');
  })()`);
  return z.boolean().parse(shows);
}

/** As a browser that does not check what is typed: the server must be able to answer alone. */
export async function leaveChecksToServer(page: Page): Promise<void> {
  await page.evaluate('for (const form of document.forms) form.noValidate = true');
}

/** What a screen reader adds to the label of a field. */
export async function descriptionOf(field: Locator): Promise<string> {
  const ids = (await field.getAttribute('aria-describedby'))?.split(' ') ?? [];
  const texts = await Promise.all(
    ids.map((id) => field.page().locator(`[id="${id}"]`).textContent()),
  );
  return texts.join(' ');
}

const violationSchema = z.object({
  id: z.string(),
  impact: z.string().nullish(),
  nodes: z.array(z.object({ html: z.string() })),
});

/** What axe calls serious or critical. Needs a context with `bypassCSP`. */
export async function barriersOn(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: source });
  const violations = z
    .array(violationSchema)
    .parse(
      await page.evaluate(
        'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations)',
      ),
    );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

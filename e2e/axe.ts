/** What axe finds wrong with a page. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** One line each; none is what is wanted. Colours that are fading in are looked at when they have. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
    return Promise.allSettled(ending.map(({ finished }) => finished)).then(() => undefined);
  });
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("  ")}`);
}

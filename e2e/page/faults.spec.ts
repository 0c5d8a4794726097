/** The panel with which a teacher makes something go wrong, and the address that does it beforehand. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../site.ts";
import { atPrompt, screen, typeLine } from "../terminal.ts";

const NO_HOST = "Could not resolve hostname";

for (const [size, viewport] of Object.entries({ desktop: { width: 1280, height: 800 }, phone: { width: 320, height: 640 } })) {
  test(`no network, switched on and off, ${size}`, async ({ page, site }) => {
    await page.setViewportSize(viewport);
    await page.goto(site);
    await atPrompt(page);
    const open = async (): Promise<void> => {
      if (size === "desktop") return page.getByRole("button", { name: "Trouble" }).click();
      await page.getByRole("button", { name: "Power and reset" }).click();
      await page.getByText("Trouble").click();
    };
    await open();
    const box = page.getByRole("checkbox", { name: "No network" });
    await expect(box).not.toBeChecked();
    await expect(box).toHaveAccessibleDescription(/no name resolves/);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    const panel = await page.getByRole("group", { name: "Make something go wrong" }).boundingBox();
    expect(panel?.x).toBeGreaterThanOrEqual(0);
    expect((panel?.x ?? 0) + (panel?.width ?? 0)).toBeLessThanOrEqual(viewport.width);
    await box.focus();
    await page.keyboard.press("Space");
    await expect(box).toBeChecked();
    await page.keyboard.press("Escape");
    await typeLine(page, "rpm-ostree upgrade");
    await expect(screen(page)).toContainText(NO_HOST);
    await atPrompt(page);
    await open();
    await expect(box).toBeChecked();
    await box.uncheck();
    await page.keyboard.press("Escape");
    await typeLine(page, "clear; rpm-ostree upgrade --check");
    await expect(screen(page)).toContainText("AvailableUpdate");
  });
}

test("the page's address makes it go wrong from the beginning, and undo takes it back", async ({ page, site }) => {
  await page.goto(`${site}?fault=offline&fault=nonsense`);
  await atPrompt(page);
  const undo = page.getByRole("button", { name: "Undo" });
  await expect(undo).toBeEnabled();
  await expect(undo).toHaveAttribute("title", "Undo: fault offline");
  await typeLine(page, "rpm-ostree upgrade");
  await expect(screen(page)).toContainText(NO_HOST);
});

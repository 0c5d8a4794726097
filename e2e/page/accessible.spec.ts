/** Nobody is shut out: axe, keyboard, small screens, zoom, forced colours, reduced motion. */
import { violations } from "../axe.ts";
import { expect, test } from "../site.ts";
import { atPrompt, screen, typeLine } from "../terminal.ts";

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;

for (const colorScheme of ["light", "dark"] as const) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`axe finds nothing, ${colorScheme}, ${size}`, async ({ page, site }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      await page.goto(site);
      await atPrompt(page);
      expect(await violations(page)).toEqual([]);
      if (size === "phone") await page.getByRole("button", { name: "Picture", exact: true }).click();
      await page.getByRole("button", { name: "In words" }).click();
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: size === "phone" ? "Power and reset" : "Reset" }).click();
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: "Display" }).click();
      expect(await violations(page)).toEqual([]);
      await page.goto(`${site}fidelity.html`);
      expect(await violations(page)).toEqual([]);
    });
  }
}

test("the terminal is no keyboard trap: Esc then Tab leaves it, Shift and Tab goes back", async ({ page, site }) => {
  await page.goto(site);
  await atPrompt(page);
  const input = page.locator(".xterm-helper-textarea").first();
  await input.focus();
  await page.keyboard.press("Tab");
  await expect(input).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(input).not.toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(input).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(input).not.toBeFocused();
  await expect(input).toHaveAttribute("aria-label", /Escape, then Tab/);
});

test("everything is reached and used by keyboard alone", async ({ page, site }) => {
  await page.goto(site);
  await atPrompt(page);
  await page.locator("body").focus();
  const seen: string[] = [];
  await page.locator("h1").click();
  for (let at = 0; at < 20; at++) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(
      () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent?.trim() ?? "",
    );
    seen.push(name);
    if (name.startsWith("Terminal 1.")) await page.keyboard.press("Escape");
  }
  for (const name of [
    "Fedora Silverblue",
    "Reboot",
    "Pull the plug",
    "Reset",
    "Display",
    "rpm-ostree status",
    "In words",
    "How true is it?",
  ]) {
    expect(
      seen.some((label) => label.startsWith(name)),
      `${name} among ${seen.join(" | ")}`,
    ).toBe(true);
  }
});

test("a menu opens and closes by keyboard and gives the focus back", async ({ page, site }) => {
  await page.goto(site);
  const button = page.getByRole("button", { name: "Display" });
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("radio", { name: "Dark" })).toBeVisible();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("radio", { name: "Dark" })).toBeHidden();
  await expect(button).toBeFocused();
});

test("the theme is kept over a reload", async ({ page, site }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(site);
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Display" }).click();
  await page.getByRole("radio", { name: "Dark" }).check();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  await expect(page.getByRole("button", { name: "Display" })).toBeVisible();
  expect(await ground()).toBe(dark);
});

test("what the terminal prints is in a live log, line by line", async ({ page, site }) => {
  await page.goto(site);
  await atPrompt(page);
  await typeLine(page, "echo heard and seen");
  await expect(page.getByRole("log")).toContainText("heard and seen");
});

for (const [name, viewport] of Object.entries({
  "320 px": { width: 320, height: 640 },
  "400 % zoom": { width: 320, height: 256 },
  "a wide screen": { width: 2560, height: 1440 },
})) {
  test(`fits ${name} without scrolling sideways`, async ({ page, site }) => {
    await page.setViewportSize(viewport);
    await page.goto(site);
    await atPrompt(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    await expect(screen(page)).toBeVisible();
    if (viewport.width < 760) {
      await page.getByRole("button", { name: "Picture", exact: true }).click();
      await expect(page.getByRole("heading", { name: "The machine, cut open" })).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    }
  });
}

test("the key bar types what a soft keyboard lacks", async ({ page, site }) => {
  await page.setViewportSize(SIZES.phone);
  await page.goto(site);
  await atPrompt(page);
  await page.locator(".xterm-helper-textarea").first().focus();
  await page.keyboard.type("echo a");
  await page.getByRole("button", { name: "Slash" }).click();
  await page.keyboard.type("b\n");
  await expect(screen(page)).toContainText("a/b");
  await page.keyboard.type("nothing of this");
  await page.getByRole("button", { name: "Ctrl" }).click();
  await expect(page.getByRole("button", { name: "Ctrl" })).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.type("c");
  await expect(screen(page)).toContainText("^C");
  await expect(page.getByRole("button", { name: "Ctrl" })).toHaveAttribute("aria-pressed", "false");
});

test("no motion where none is wanted", async ({ page, site }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(site);
  await page.getByRole("button", { name: "Display" }).click();
  expect(
    await page.evaluate(() => document.getAnimations().filter((animation) => (animation.effect?.getTiming().duration ?? 0) !== 0).length),
  ).toBe(0);
});

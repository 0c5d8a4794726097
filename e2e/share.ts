/** What the page hands out of a run. */
import { expect, type Page } from "@playwright/test";

/** What stands in the panel for sharing under one of its formats. */
export async function share(page: Page, format: string): Promise<string> {
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("radio", { name: format }).check();
  const text = page.getByRole("textbox", { name: format });
  await expect(text).toBeVisible();
  const value = await text.inputValue();
  await page.keyboard.press("Escape");
  return value;
}

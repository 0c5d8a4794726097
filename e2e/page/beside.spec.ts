/** Two machines on one page: one keyboard, compared answers, the other system's words. */
import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../site.ts";

const LEFT = "Fedora Silverblue";
const RIGHT = "Fedora bootc";

function screenOf(page: Page, machine: string): Locator {
  return page.getByRole("region", { name: machine }).locator(".xterm-rows");
}

async function open(page: Page, site: string): Promise<void> {
  await page.goto(`${site}?machine=silverblue&beside=bootc`);
  await expect(screenOf(page, LEFT)).toContainText("[learner@silverblue ~]$", { timeout: 30_000 });
  await expect(screenOf(page, RIGHT)).toContainText("[learner@server ~]$", { timeout: 30_000 });
}

/** Types a line into a machine's terminal once both are at their prompts. */
async function type(page: Page, machine: string, line: string): Promise<void> {
  await expect(page.getByRole("button", { name: "rpm-ostree status" })).toBeEnabled();
  await page.getByRole("region", { name: machine }).locator(".xterm-helper-textarea").focus();
  await page.keyboard.type(line);
  await page.keyboard.press("Enter");
}

test("a typed line goes to both, and what only one answers is flagged", async ({ page, site, watched }) => {
  await open(page, site);
  await type(page, LEFT, "echo the same on both");
  await expect(page.getByText("Both answered the same.")).toBeVisible();
  for (const machine of [LEFT, RIGHT]) await expect(screenOf(page, machine)).toContainText(/the same on both.*the same on both/);
  await expect(page.locator(".flagged")).toHaveCount(0);

  await type(page, RIGHT, "uname -n; echo again");
  await expect(page.getByText(`They differ: 1 line only on ${LEFT}, 1 only on ${RIGHT}.`)).toBeVisible();
  await expect(page.locator(".flagged")).toHaveCount(2);
  await page.screenshot({ path: test.info().outputPath("beside.png") });
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
  expect(watched.complaints).toEqual([]);
});

test("the counterpart of a line is offered and typed where it belongs", async ({ page, site }) => {
  await open(page, site);
  await page.getByLabel(LEFT, { exact: true }).and(page.getByRole("radio")).check();
  await type(page, LEFT, "rpm-ostree status -b | cat");
  await type(page, LEFT, "rpm-ostree upgrade --check");
  await expect(page.getByText(`To look for an update on ${RIGHT}:`)).toBeVisible();
  await page.getByRole("button", { name: "Type it there" }).click();
  await expect(screenOf(page, RIGHT)).toContainText("sudo bootc upgrade --check");
  await expect(screenOf(page, RIGHT)).toContainText("Update available for: docker://quay.io/fedora/fedora-bootc:43");
  await expect(screenOf(page, RIGHT)).not.toContainText("rpm-ostree");
  await expect(screenOf(page, LEFT)).not.toContainText("bootc");
});

test("each machine keeps its run", async ({ page, site }) => {
  await open(page, site);
  await type(page, LEFT, "echo kept for later");
  await expect(page.getByText("Both answered the same.")).toBeVisible();
  await page.waitForTimeout(500); // both runs are written
  await page.reload();
  for (const machine of [LEFT, RIGHT]) await expect(screenOf(page, machine)).toContainText("kept for later", { timeout: 30_000 });
  await page.getByRole("link", { name: "alone" }).first().click();
  await expect(page.locator(".xterm-rows").first()).toContainText("[learner@silverblue ~]$");
  await expect(page.locator(".xterm-rows").first()).not.toContainText("kept for later");
});

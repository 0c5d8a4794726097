/** Each of the other families' machines gets an update that does it no good, and is brought back with its own means, key by key. */
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../site.ts";
import { atPrompt, rows, run, screen, typeLine } from "../terminal.ts";

const MICROOS = "grep -o 'VERSION_ID=.*' /etc/os-release";
const VANILLA = "findmnt -no SOURCE /; grep -o 'BUILD_ID=.*' /etc/os-release";

async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: test.info().outputPath(`${name}.png`) });
}

/** The row of the boot menu that Return would start. */
const CHOSEN = /^\s*│\*/;

/** Goes to the row with that title, and starts or opens it. */
async function choose(page: Page, title: string): Promise<void> {
  await expect(screen(page)).toContainText(title, { timeout: 60_000 });
  const shown = await rows(page);
  const steps = shown.findIndex((row) => row.includes(title)) - shown.findIndex((row) => CHOSEN.test(row));
  await page.locator('[data-tty="0"] .xterm-helper-textarea').focus();
  for (let at = 0; at < Math.abs(steps); at++) await page.keyboard.press(steps < 0 ? "ArrowUp" : "ArrowDown");
  await expect.poll(async () => (await rows(page)).find((row) => CHOSEN.test(row))).toContain(title);
  await page.keyboard.press("Enter");
}

async function loggedIn(page: Page): Promise<void> {
  await expect(screen(page)).toContainText("(automatic login)", { timeout: 60_000 });
  await atPrompt(page);
}

/** Reboots with what the menu has first. */
async function reboot(page: Page): Promise<void> {
  await typeLine(page, "sudo systemctl reboot");
  await expect(screen(page)).toContainText("GNU GRUB", { timeout: 60_000 });
  await page.keyboard.press("Enter");
}

/** Waits for the emergency shell, and reboots from there. */
async function leaveEmergency(page: Page): Promise<void> {
  await expect(screen(page)).toContainText("Press Enter for maintenance", { timeout: 60_000 });
  await look(page, "emergency");
  await typeLine(page, "");
  await atPrompt(page);
  await typeLine(page, "reboot");
}

/** Switches a fault on in the page's panel. */
async function makeTrouble(page: Page, name: string, write?: number): Promise<void> {
  await page.getByRole("button", { name: "Trouble" }).click();
  if (write !== undefined) await page.getByLabel("Write number").fill(String(write));
  await page.getByRole("checkbox", { name }).check();
  await page.keyboard.press("Escape");
}

function nextBoot(page: Page): Locator {
  return page.locator(".words p").filter({ hasText: "Next boot" });
}

test.beforeEach(async ({ page, site }, { title }) => {
  test.setTimeout(240_000);
  await page.goto(`${site}?machine=${title.split(":", 1)[0] ?? ""}`);
  await atPrompt(page);
});

test("microos: of a release that does not come up the menu knows, and the one before is kept", async ({ page }) => {
  for (const version of ["20260109", "20260113"]) {
    await run(page, "sudo transactional-update -n dup | tail -1");
    await reboot(page);
    await loggedIn(page);
    expect(await run(page, MICROOS)).toBe(`VERSION_ID="${version}"`);
  }
  await run(page, "sudo transactional-update -n dup | tail -1");
  await reboot(page);
  await expect(screen(page)).toContainText("You are in emergency mode.", { timeout: 60_000 });
  await expect(nextBoot(page)).toHaveText("Next boot: 20260113, snapshot 3.");
  await leaveEmergency(page);
  await expect(screen(page)).toContainText("*Previous boot failed; booting snapshot 3", { timeout: 60_000 });
  await look(page, "offered");
  await page.keyboard.press("Enter");
  await loggedIn(page);
  expect(await run(page, MICROOS)).toBe('VERSION_ID="20260113"');
  await expect(nextBoot(page)).toHaveText("Next boot: 20260115, snapshot 4.");
  expect(await run(page, "sudo transactional-update rollback | tail -2")).toContain("transactional-update finished");
  await expect(nextBoot(page)).toHaveText("Next boot: 20260113, snapshot 3, as now.");
  await reboot(page);
  await loggedIn(page);
  expect(await run(page, MICROOS)).toBe('VERSION_ID="20260113"');
  await look(page, "kept");
});

test("microos: what fails its health check is rolled back while nobody types", async ({ page }) => {
  await makeTrouble(page, "Failing health check");
  await run(page, "sudo transactional-update -n dup | tail -1");
  await reboot(page);
  // The new snapshot comes up, is not well and starts the old one: the menu is seen a second time.
  await expect(screen(page)).not.toContainText("GNU GRUB");
  await expect(screen(page)).toContainText("GNU GRUB", { timeout: 60_000 });
  await loggedIn(page);
  expect(await run(page, MICROOS)).toBe('VERSION_ID="20260105"');
  expect(await run(page, "sudo journalctl --no-pager -b -1 -o cat -u health-checker.service | grep -v Clearing")).toContain(
    "do a rollback",
  );
  await look(page, "rolled-back");
});

test("microos: by hand, from a read-only snapshot in the menu", async ({ page }) => {
  await run(page, "sudo transactional-update -n dup | tail -1");
  await reboot(page);
  await loggedIn(page);
  await typeLine(page, "sudo systemctl reboot");
  await choose(page, "Start bootloader from a read-only snapshot");
  await look(page, "snapshots");
  await choose(page, "first root filesystem");
  await choose(page, "openSUSE MicroOS");
  await loggedIn(page);
  expect(await run(page, MICROOS)).toBe('VERSION_ID="20260105"');
  await run(page, "sudo transactional-update rollback | tail -1");
  await reboot(page);
  await loggedIn(page);
  expect(await run(page, MICROOS)).toBe('VERSION_ID="20260105"');
});

test("vanilla: from a root that does not start back to the one before", async ({ page }) => {
  const before = await run(page, VANILLA);
  await run(page, "sudo abroot rebase ghcr.io/vanilla-os/desktop:dev | tail -1");
  await reboot(page);
  await leaveEmergency(page);
  await choose(page, "Previous State (A)");
  await loggedIn(page);
  expect(await run(page, VANILLA)).toBe(before);
  expect(await run(page, "sudo abroot rollback -c")).toContain("It is possible to rollback");
  expect(await run(page, "sudo abroot rollback")).toContain("Rollback completed successfully.");
  await reboot(page);
  await loggedIn(page);
  expect(await run(page, VANILLA)).toBe(before);
  await look(page, "back");
});

test("debian: the power goes in the middle of an upgrade, and dpkg takes it up again", async ({ page }) => {
  await run(page, "sudo apt-get update | tail -1");
  await makeTrouble(page, "Power cut", 220);
  await typeLine(page, "sudo apt-get -y upgrade");
  await page.getByRole("button", { name: "Power on" }).first().click({ timeout: 60_000 });
  await expect(screen(page)).toContainText("GNU GRUB", { timeout: 60_000 });
  await page.keyboard.press("Enter");
  await loggedIn(page);
  expect(await run(page, "sudo apt-get -y upgrade")).toBe(
    "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.",
  );
  await look(page, "refused");
  await run(page, "sudo dpkg --configure -a; true");
  await run(page, "sudo apt-get -y upgrade | tail -1");
  expect(await run(page, "sudo dpkg --audit; cat /etc/debian_version")).toBe("13.6");
  await look(page, "whole");
});

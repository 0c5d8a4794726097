/** What the family's other tools do, typed as a learner would: layers, containers, apps, and a machine whose core is a container image. */
import type { Page } from "@playwright/test";
import { expect, test } from "../site.ts";
import { atPrompt, run, screen, typeLine } from "../terminal.ts";

async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: test.info().outputPath(`${name}.png`) });
}

/** `systemctl reboot`, and the menu's default. */
async function reboot(page: Page): Promise<void> {
  await typeLine(page, "systemctl reboot");
  await expect(screen(page)).toContainText("GNU GRUB");
  await page.keyboard.press("Enter");
  await expect(screen(page)).toContainText("(automatic login)", { timeout: 30_000 });
  await atPrompt(page);
}

test.beforeEach(() => test.setTimeout(180_000));

test("a layered package is there after the reboot, and one in a toolbox is there only", async ({ page, site }) => {
  await page.goto(site);
  await atPrompt(page);
  expect(await run(page, "sudo dnf install -y cowsay")).toContain("/usr is configured to be read-only");
  expect(await run(page, "toolbox create -y")).toContain("Enter with: toolbox enter");
  await run(page, "clear; toolbox run sudo dnf install -y cowsay | tail -1");
  expect(await run(page, "toolbox run rpm -q cowsay")).toMatch(/^cowsay-\S+\.fc43\.noarch$/);
  expect(await run(page, "rpm -q cowsay")).toBe("package cowsay is not installed");
  expect(await run(page, "rpm-ostree install cowsay | tail -3")).toContain("Changes queued for next boot");
  expect(await run(page, "rpm -q cowsay")).toBe("package cowsay is not installed");
  await look(page, "layered");
  await reboot(page);
  expect(await run(page, "rpm -q cowsay")).toMatch(/^cowsay-\S+\.fc43\.noarch$/);
  expect(await run(page, "rpm-ostree status -b")).toContain("LayeredPackages: cowsay");
  expect(await run(page, "toolbox run rpm -q cowsay")).toMatch(/^cowsay-\S+\.fc43\.noarch$/);
  await look(page, "after-reboot");
});

test("a bootc machine goes from image to image", async ({ page, site }) => {
  await page.goto(`${site}?machine=bootc`);
  await atPrompt(page);
  await look(page, "first");
  expect(await run(page, "sudo touch /usr/bin/x")).toContain("Read-only file system");
  expect(await run(page, "sudo bootc status | grep -c 43.20260112.0")).toBe("0");
  expect(await run(page, "sudo bootc upgrade | grep Queued")).toContain("quay.io/fedora/fedora-bootc:43");
  await look(page, "staged");
  await reboot(page);
  expect(await run(page, "sudo bootc status --booted --format humanreadable")).toContain("Version: 43.20260112.0");
  expect(await run(page, "sudo bootc rollback")).toBe("Next boot: rollback deployment");
  await look(page, "rolled-back");
});

/** The whole main job on Fedora Silverblue, typed as a learner would, at desktop and at phone size. */
import type { Page } from "@playwright/test";
import { expect, test } from "../site.ts";
import { atPrompt, chooseAtBoot, rows, run, screen, squeezed, typeLine } from "../terminal.ts";

const OLDEST = "43.20260106.0";
const INSTALLED = "43.20260110.0";
const NEWER = "43.20260112.0";
const BROKEN = "43.20260115.0";

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;

/** The picture in words; on a phone it is behind its tab, where it says the same. */
function picture(page: Page) {
  return page.locator(".picture .words");
}

/** Runs a command that is to print exactly this, however the terminal wraps it. */
async function prints(page: Page, command: string, text: string): Promise<void> {
  await run(page, command);
  const painted = await rows(page);
  expect(squeezed(painted.join(""))).toBe(squeezed(`${painted.at(-1)}${command}${text}${painted.at(-1)}`));
}

async function version(page: Page): Promise<string> {
  return /OSTREE_VERSION='([^']+)'/m.exec(await run(page, "grep OSTREE_VERSION /etc/os-release"))?.[1] ?? "";
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test.describe(size, () => {
    test.use({ viewport });

    /** A picture for people to look at: the terminal, and on a phone the picture as well. */
    async function look(page: Page, name: string): Promise<void> {
      await page.screenshot({ path: test.info().outputPath(`${name}-${size}.png`) });
      if (size !== "phone") return;
      await page.getByRole("button", { name: "Picture", exact: true }).click();
      await page.screenshot({ path: test.info().outputPath(`${name}-${size}-picture.png`) });
      await page.getByRole("button", { name: "Terminal", exact: true }).click();
      await page.locator('[data-tty="0"] .xterm-helper-textarea').focus();
    }

    /** A button of the bar; on a phone it is in a menu. */
    async function press(page: Page, name: string): Promise<void> {
      if (size === "phone") await page.getByRole("button", { name: "Power and reset" }).click();
      await page.getByRole("button", { name }).click();
    }

    test.beforeEach(async ({ page, site }) => {
      test.setTimeout(180_000);
      await page.goto(site);
      await atPrompt(page);
    });

    test("the sealed core refuses everybody", async ({ page }) => {
      await look(page, "first");
      for (const command of ["touch /usr/bin/x", "sudo touch /usr/bin/x", "touch /usr/bin/ls"]) {
        await prints(page, command, `touch: cannot touch '${command.split(" ").at(-1)}': Read-only file system`);
      }
      await expect(page.locator(".sentence")).toContainText("Read-only file system");
      await expect(picture(page)).toContainText("Last refusal");
      await expect(picture(page)).toContainText("/usr/bin/ls: Read-only file system");
      await look(page, "refused");
      await prints(page, "true && echo fine", "fine");
      await expect(picture(page)).not.toContainText("Last refusal");
    });

    test("without composefs the refusals differ, as they do in life", async ({ page }) => {
      await page.getByRole("button", { name: size === "phone" ? "Power and reset" : "Reset" }).click();
      await page.getByRole("button", { name: /^Without composefs/ }).click();
      await atPrompt(page);
      await prints(page, "touch /usr/bin/x", "touch: cannot touch '/usr/bin/x': Read-only file system");
      await prints(page, "sudo touch /usr/bin/x", "touch: cannot touch '/usr/bin/x': Read-only file system");
      await prints(page, "touch /usr/bin/ls", "touch: cannot touch '/usr/bin/ls': Permission denied");
      await prints(page, "sudo mkdir /data", "mkdir: cannot create directory ‘/data’: Operation not permitted");
      await expect(picture(page)).toContainText("/data: Operation not permitted");
      await look(page, "classic");
    });

    test("nano opens a file of the core and cannot write it", async ({ page }) => {
      await typeLine(page, "nano /usr/lib/os-release");
      await expect(screen(page)).toContainText("GNU nano");
      await page.keyboard.type("X");
      await page.keyboard.press("Control+o");
      await expect(screen(page)).toContainText("File Name to Write: /usr/lib/os-release");
      await page.keyboard.press("Enter");
      await expect(screen(page)).toContainText("Error writing /usr/lib/os-release: Read-only file");
      await look(page, "nano");
      await page.keyboard.press("Control+x");
      await page.keyboard.press("n");
      await atPrompt(page);
    });

    test("a writable overlay takes the edits, and the reboot takes the overlay", async ({ page }) => {
      expect(await run(page, "sudo rpm-ostree usroverlay")).toContain("Development mode enabled");
      await expect(page.locator(".sentence")).toContainText("A writable overlay lies over /usr");
      await run(page, "sudo touch /usr/bin/x; true");
      await prints(page, "ls /usr/bin/x", "/usr/bin/x");
      await expect(picture(page)).toContainText("Changed: /usr/bin/x");
      await look(page, "overlay");
      await typeLine(page, "systemctl reboot");
      await chooseAtBoot(page, 0);
      await atPrompt(page);
      expect(squeezed(await run(page, "ls /usr/bin/x"))).toContain("Nosuchfileordirectory");
      await expect(picture(page)).not.toContainText("/usr/bin/x,");
    });

    test("upgrade, reboot through the menu, an edit of /etc carried over, back by arrow keys and by rollback", async ({ page }) => {
      await run(page, "echo mine | sudo tee /etc/mine");
      await typeLine(page, "rpm-ostree upgrade");
      await expect(screen(page)).toContainText(/Run\s*"systemctl\s*reboot"\s*to\s*start\s*a\s*reboot/);
      await atPrompt(page);
      await expect(page.locator(".sentence")).toContainText(`${NEWER} is prepared`);
      await expect(picture(page)).toContainText(`${NEWER}, commit`);
      expect(await version(page)).toBe(INSTALLED);
      await look(page, "staged");

      await typeLine(page, "systemctl reboot");
      await expect(screen(page)).toContainText("GNU GRUB");
      await look(page, "menu");
      await chooseAtBoot(page, 0);
      await atPrompt(page);
      expect(await version(page)).toBe(NEWER);
      await prints(page, "cat /etc/mine", "mine");
      await look(page, "upgraded");

      await typeLine(page, "systemctl reboot");
      await chooseAtBoot(page, 1);
      await atPrompt(page);
      expect(await version(page)).toBe(INSTALLED);
      await expect(picture(page)).toContainText(`Next boot: ${NEWER}.`);
      await look(page, "older-once");

      await typeLine(page, "systemctl reboot");
      await chooseAtBoot(page, 0);
      await atPrompt(page);
      expect(await version(page)).toBe(NEWER);
      expect(squeezed(await run(page, "rpm-ostree rollback"))).toContain("Changesqueuedfornextboot");
      await expect(picture(page)).toContainText(`Next boot: ${INSTALLED}.`);
      await look(page, "rolled-back");
      await typeLine(page, "systemctl reboot");
      await chooseAtBoot(page, 0);
      await atPrompt(page);
      expect(await version(page)).toBe(INSTALLED);
    });

    test("a release that does not boot, and the older entry that rescues it", async ({ page }) => {
      for (const wanted of [NEWER, BROKEN]) {
        await typeLine(page, "rpm-ostree upgrade");
        await expect(screen(page)).toContainText(/Run\s*"systemctl\s*reboot"\s*to\s*start\s*a\s*reboot/);
        await atPrompt(page);
        await expect(picture(page)).toContainText(wanted);
        await typeLine(page, "systemctl reboot");
        await chooseAtBoot(page, 0);
        if (wanted === NEWER) await atPrompt(page);
      }
      await expect(screen(page)).toContainText("emergency mode", { timeout: 30_000 });
      await look(page, "broken");
      await press(page, "Pull the plug");
      await page.getByRole("button", { name: "Power on" }).first().click();
      await chooseAtBoot(page, 1);
      await atPrompt(page);
      expect(await version(page)).toBe(NEWER);
      await look(page, "rescued");
    });

    test("undo goes back across a reboot, redo forward again", async ({ page }) => {
      await run(page, "echo before");
      await press(page, "Reboot");
      await chooseAtBoot(page, 0);
      await atPrompt(page);
      expect(await rows(page)).not.toContain("before");
      await page.getByRole("button", { name: "Undo" }).click();
      await expect(screen(page)).toContainText("before");
      await atPrompt(page);
      await page.getByRole("button", { name: "Redo" }).click();
      await expect(screen(page)).not.toContainText("before");
      await atPrompt(page);
    });
  });
}

test("a second terminal is a second login on the same machine", async ({ page, site }) => {
  await page.goto(site);
  await atPrompt(page);
  await run(page, "echo from the first > /tmp/note");
  await page.getByRole("button", { name: "Second terminal" }).click();
  await atPrompt(page, 1);
  expect(await run(page, "cat /tmp/note; tty", 1)).toBe("from the first\n/dev/tty2");
  await page.getByRole("button", { name: "Terminal 1" }).click();
  await prints(page, "tty", "/dev/tty1");
});

test("Ctrl-C ends anything, and copies when something is selected", async ({ page, site, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(site);
  await atPrompt(page);
  await typeLine(page, "yes");
  await expect(screen(page)).toContainText(/y\s*y\s*y\s*y/); // it runs, and a letter of the greeting is not taken for that
  await page.keyboard.press("Control+c");
  await atPrompt(page);
  await typeLine(page, "while :; do :; done");
  await page.keyboard.press("Control+c");
  await atPrompt(page);
  await run(page, "echo selectable");
  const row = screen(page).locator("> div", { hasText: /^selectable/ });
  const box = await row.boundingBox();
  await page.mouse.dblclick((box?.x ?? 0) + 20, (box?.y ?? 0) + 8);
  await page.keyboard.press("Control+c");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("selectable");
  await typeLine(page, "");
  await page.keyboard.type("echo ");
  await page.keyboard.press("Control+Shift+v");
  await expect(screen(page)).toContainText("echo selectable");
});

test("a closed tab loses at most the line being typed, also across a reboot", async ({ page, site }) => {
  await page.goto(site);
  await atPrompt(page);
  await run(page, "echo kept > ~/kept");
  await typeLine(page, "systemctl reboot");
  await chooseAtBoot(page, 0);
  await atPrompt(page);
  await page.keyboard.type("not ent");
  await page.reload();
  await expect(screen(page)).toContainText("$");
  await page.locator(".xterm-helper-textarea").first().focus();
  await page.keyboard.press("Control+c");
  await prints(page, "cat ~/kept", "kept");
});

test("the plug pulled in the middle of an upgrade leaves the old system whole", async ({ page, site }) => {
  await page.goto(site);
  await atPrompt(page);
  await typeLine(page, "rpm-ostree upgrade");
  await page.getByRole("button", { name: "Pull the plug" }).click();
  await page.getByRole("button", { name: "Power on" }).first().click();
  await chooseAtBoot(page, 0);
  await atPrompt(page);
  expect([INSTALLED, NEWER]).toContain(await version(page));
  expect(await run(page, "rpm-ostree status")).toContain(OLDEST);
});

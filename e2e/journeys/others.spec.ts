/** The other families, typed as a learner would: snapshots, two roots, and the classic way for contrast. */
import type { Page } from "@playwright/test";
import { expect, test } from "../site.ts";
import { atPrompt, run, screen, typeLine } from "../terminal.ts";

async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: test.info().outputPath(`${name}.png`) });
}

/** Reboots and takes what the menu preselects. */
async function reboot(page: Page): Promise<void> {
  await typeLine(page, "sudo systemctl reboot");
  await expect(screen(page)).toContainText("GNU GRUB", { timeout: 30_000 });
  await page.keyboard.press("Enter");
  await expect(screen(page)).toContainText("(automatic login)", { timeout: 60_000 });
  await atPrompt(page);
}

test.beforeEach(() => test.setTimeout(240_000));

test("Debian: nothing is refused, an update is there at once and nothing goes back", async ({ page, site }) => {
  await page.goto(`${site}?machine=debian`);
  await atPrompt(page);
  await expect(page.getByText("Nothing here stops you")).toBeVisible();
  expect(await run(page, "sudo touch /usr/bin/hello; ls /usr/bin/hello")).toBe("/usr/bin/hello");
  expect(await run(page, "cat /etc/debian_version")).toBe("13.5");
  await run(page, "sudo apt-get update | tail -1");
  await run(page, "sudo apt-get -y upgrade | tail -1");
  expect(await run(page, "cat /etc/debian_version")).toBe("13.6");
  await look(page, "debian-updated");
  await reboot(page);
  expect(await run(page, "cat /etc/debian_version; ls /usr/bin/hello")).toBe("13.6\n/usr/bin/hello");
});

test("Vanilla OS: the other root is filled, and runs after the reboot", async ({ page, site }) => {
  await page.goto(`${site}?machine=vanilla`);
  await atPrompt(page);
  expect(await run(page, "sudo touch /usr/bin/hello")).toContain("Read-only file system");
  const before = await run(page, "findmnt -no SOURCE /");
  expect(await run(page, "sudo abroot upgrade | tail -1")).toContain("Upgrade completed successfully.");
  expect(await run(page, "findmnt -no SOURCE /")).toBe(before);
  await look(page, "vanilla-upgraded");
  await reboot(page);
  expect(await run(page, "findmnt -no SOURCE /")).not.toBe(before);
  await look(page, "vanilla-after");
});

test("MicroOS: a new snapshot is made beside the running one, and an older one can be chosen again", async ({ page, site }) => {
  await page.goto(`${site}?machine=microos`);
  await atPrompt(page);
  expect(await run(page, "sudo touch /usr/bin/hello")).toContain("Read-only file system");
  expect(await run(page, "grep ^VERSION_ID /etc/os-release")).toBe('VERSION_ID="20260105"');
  await run(page, "sudo transactional-update -n dup | tail -1");
  expect(await run(page, "grep ^VERSION_ID /etc/os-release")).toBe('VERSION_ID="20260105"');
  await look(page, "microos-updated");
  await reboot(page);
  expect(await run(page, "grep ^VERSION_ID /etc/os-release")).toBe('VERSION_ID="20260109"');
  await run(page, "sudo transactional-update rollback 1 | tail -1");
  await reboot(page);
  expect(await run(page, "grep ^VERSION_ID /etc/os-release")).toBe('VERSION_ID="20260105"');
  await look(page, "microos-rolled-back");
});

const SNAPSHOTS = {
  update: "sudo transactional-update -n dup",
  back: "sudo transactional-update rollback last",
  which: "grep ^VERSION_ID= /etc/os-release",
};

/** The others, as far as anybody gets with them: what updates, what goes back, and what says which version runs. */
const OTHERS: Readonly<Record<string, typeof SNAPSHOTS>> = {
  aeon: SNAPSHOTS,
  kalpa: SNAPSHOTS,
  kinoite: { update: "rpm-ostree upgrade", back: "rpm-ostree rollback", which: "grep ^OSTREE_VERSION= /etc/os-release" },
  bootc: { update: "sudo bootc upgrade", back: "sudo bootc rollback", which: "sudo ostree admin status | grep '^[*]'" },
};

for (const [machine, { update, back, which }] of Object.entries(OTHERS))
  test(`${machine}: refuses an edit, is updated, and goes back`, async ({ page, site, watched }) => {
    await page.goto(`${site}?machine=${machine}`);
    await atPrompt(page);
    expect(await run(page, "sudo touch /usr/bin/hello")).toContain("Read-only file system");
    const before = await run(page, which);
    expect(before).toMatch(/\w{8}/);
    await run(page, `${update} | tail -1`);
    expect(await run(page, which)).toBe(before);
    await reboot(page);
    expect(await run(page, which)).not.toBe(before);
    await look(page, `${machine}-updated`);
    await run(page, `${back} | tail -1`);
    await reboot(page);
    expect(await run(page, which)).toBe(before);
    await look(page, `${machine}-back`);
    expect(watched.complaints).toEqual([]);
  });

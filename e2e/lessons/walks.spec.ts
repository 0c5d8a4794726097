/** Whole lessons from the first step to the last, with real clicks and keys; two of them by keyboard alone. */
import { expect, test } from "../site.ts";
import { atPrompt } from "../terminal.ts";
import { keyboard, lessonOf, pointer, walk } from "./walk.ts";

const BY_POINTER = [
  "the-old-cousin-chattr",
  "what-survives",
  "versions-are-places-you-can-boot",
  "update-then-reboot",
  "layer-a-package",
  "etc-has-a-memory",
  "a-snapshot-is-the-new-root",
  "the-lost-transaction",
];
const BY_KEYBOARD = ["try-to-break-it", "read-the-status"];

for (const [hand, name, ids] of [
  [pointer, "pointer", BY_POINTER],
  [keyboard, "keyboard", BY_KEYBOARD],
] as const)
  for (const id of ids)
    test(`${id}, by ${name}`, async ({ page, site, watched }) => {
      test.setTimeout(240_000);
      const lesson = lessonOf(id);
      await page.goto(`${site}?lesson=${id}`);
      await expect(page.getByRole("heading", { level: 2, name: lesson.title })).toBeVisible();
      await atPrompt(page);
      await walk(page, lesson, hand);
      expect(watched.complaints).toEqual([]);
      expect(watched.foreign).toEqual([]);
      // The menu of any page knows.
      await page.goto(site);
      await page.getByRole("button", { name: "Lessons" }).click();
      await expect(page.getByRole("link", { name: `Done: ${lesson.title}` })).toBeVisible();
    });

/** An author's page under `npm start`: a file is saved, and the lesson beside the machine is the new one. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LiveLessons } from "../../src/cli/live-lessons.ts";
import { LESSONS } from "../../src/cli/lesson-texts.ts";
import { serveStatic } from "../../src/cli/static-server.ts";
import { expect, test } from "../site.ts";
import { answerTo, atPrompt, screen, typeLine } from "../terminal.ts";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

test("what an author saves shows at once, with the machine and what was reached as they were", async ({ page }) => {
  test.setTimeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "lessons-"));
  cpSync(LESSONS, folder, { recursive: true });
  const file = join(folder, "ideas/try-to-break-it/lesson.md");
  const text = readFileSync(file, "utf8");
  const live = new LiveLessons(DIST, folder);
  const server = await serveStatic(DIST, { first: live.answer });
  try {
    await page.goto(`${server.url}?lesson=try-to-break-it`);
    await atPrompt(page);
    await typeLine(page, "touch /usr/bin/hello");
    await expect(page.locator(".move")).toContainText("Step done.");
    await page.getByRole("button", { name: "Next" }).click();
    await answerTo(page, "touch ~/mine");

    // Words alone: nothing else moves.
    writeFileSync(file, text.replace("Is that so?", "Let us see."));
    await expect(page.getByText("Let us see.")).toBeVisible();
    await expect(screen(page)).toContainText("touch ~/mine");

    // What cannot be read is told, with file, line and remedy, and the lesson stays.
    const broken = text.replace("minutes: 8", "minutes: soon");
    writeFileSync(file, broken);
    const line = broken.split("\n").findIndex((each) => each.startsWith("minutes:")) + 1;
    await expect(page.getByRole("alert").first()).toContainText(`try-to-break-it/lesson.md:${line}`);
    await expect(page.getByText("Let us see.")).toBeVisible();

    // A goal that the machine meets already; the step before stays done.
    writeFileSync(
      file,
      text.replace(
        "```check id=root-refused title=\"Root was refused, too\"\ncommand: { ran: '^sudo .*/', exit: failed }",
        '```check id=root-refused title="There is a file mine at home"\nfile: { path: /var/home/learner/mine }',
      ),
    );
    await expect(page.getByRole("alert")).toHaveCount(0);
    await expect(page.locator(".goal.met").filter({ visible: true })).toContainText("There is a file mine at home");
    await expect(page.getByRole("heading", { name: "Step 2." })).toBeVisible();
    await expect(page.getByRole("button", { name: "Step 1: As yourself, done" })).toBeVisible();
    await atPrompt(page);
    await typeLine(page, "clear; ls ~/mine");
    await expect(screen(page)).toContainText("/home/learner/mine");

    // Who opens the page afterwards reads what is on the disk, not what was built.
    await page.reload();
    await expect(page.getByText("There is a file mine at home").filter({ visible: true })).toBeVisible();
  } finally {
    live.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
});

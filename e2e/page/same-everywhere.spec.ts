/** A run is the same run in a worker, on the page itself and in Node: what is printed, pids and random numbers included. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { machines } from "../../src/distros/index.ts";
import { loadCatalogue } from "../../src/image/catalogue.ts";
import { Lab } from "../../src/lab/lab.ts";
import { Screen } from "../harness/screen.ts";
import { expect, test } from "../site.ts";
import { atPrompt, run } from "../terminal.ts";

const COMMANDS = [
  "echo $RANDOM $$",
  "touch /usr/bin/x; echo $?; ls -li /run | head -4",
  "for i in 3 1 2; do echo $i; done | sort; echo $RANDOM",
  "head -3 /proc/mounts; sha256sum /usr/lib/os-release",
];

async function onPage(page: Page, site: string): Promise<string[]> {
  await page.goto(site);
  await atPrompt(page);
  const printed = [await run(page, "stty size")];
  for (const command of COMMANDS) printed.push(await run(page, command));
  return printed;
}

async function inNode(columns: number, rows: number): Promise<string[]> {
  const entry = machines["silverblue"];
  if (entry === undefined) throw new Error("no silverblue");
  const manifest = readFileSync(new URL(`../../src/image/${entry.manifest}`, import.meta.url), "utf8");
  const lab = new Lab({ distro: entry.distro, catalogue: loadCatalogue(JSON.parse(manifest)) });
  let output: Uint8Array[] = [];
  const rest = (): void => {
    for (;;) {
      for (const chunk of lab.run(50_000)) if (chunk.kind === "output") output.push(chunk.data);
      if (!lab.idle) continue;
      if (lab.sleepsFor === undefined) return;
      lab.wake();
    }
  };
  rest();
  lab.send({ kind: "resize", tty: 0, columns, rows });
  const printed: string[] = [];
  for (const command of ["stty size", ...COMMANDS]) {
    lab.send({ kind: "keys", tty: 0, text: "\f" });
    rest();
    output = [];
    for (const key of `${command}\r`) lab.send({ kind: "keys", tty: 0, text: key });
    rest();
    const screen = new Screen(columns, rows);
    await screen.write("[learner@silverblue ~]$ ");
    for (const data of output) await screen.write(data);
    printed.push(screen.rows.slice(1, -1).join("\n"));
  }
  return printed;
}

test("in a worker, on the page and in Node", async ({ browser, site }) => {
  test.setTimeout(180_000);
  const inWorker = await onPage(await browser.newPage(), site);
  const without = await browser.newPage();
  await without.addInitScript(() => {
    Object.defineProperty(window, "Worker", {
      value: function () {
        throw new DOMException("blocked", "SecurityError");
      },
    });
  });
  expect(await onPage(without, site)).toEqual(inWorker);
  const [rows = 0, columns = 0] = (inWorker[0] ?? "").split(" ").map(Number);
  expect(await inNode(columns, rows)).toEqual(inWorker);
});

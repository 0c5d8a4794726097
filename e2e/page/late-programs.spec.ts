/** Programs come in families that a page fetches when the first of them is wanted. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { expect, test } from "../site.ts";
import { atPrompt, screen, typeLine } from "../terminal.ts";

/** The site behind a line that can be cut. */
class Line {
  /** What does not come through. */
  cut: RegExp | undefined;
  /** Scripts of the worker that came through. */
  readonly passed: string[] = [];
  readonly #server: Server;

  constructor(site: string) {
    this.#server = createServer((request, response) => {
      const path = request.url ?? "/";
      if (this.cut?.test(path) === true) {
        request.socket.destroy();
        return;
      }
      const name = /\/worker-([\w-]+)-[\w-]{8}\.js/.exec(path)?.[1];
      if (name !== undefined) this.passed.push(name);
      void fetch(new URL(path.slice(1), site)).then(async (answer) => {
        response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
        response.end(Buffer.from(await answer.arrayBuffer()));
      });
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** All families but the first. */
const LATER = /\/worker-(?!open-here|first|rolldown-runtime)/;

async function onLine(site: string, page: Page, cut: RegExp | undefined, work: (line: Line) => Promise<void>): Promise<void> {
  const line = new Line(site);
  line.cut = cut;
  await page.goto(await line.open());
  await atPrompt(page);
  try {
    await work(line);
  } finally {
    line.close();
  }
}

test("the first command needs the machine and the first family alone", async ({ page, site }) => {
  await onLine(site, page, LATER, async (line) => {
    await typeLine(page, "cat /etc/os-release; ls /usr; touch /usr/x");
    await expect(screen(page)).toContainText("Read-only file system");
    expect([...new Set(line.passed)].toSorted()).toEqual(["first", "open-here", "rolldown-runtime"]);
  });
});

test("a program of a late family is fetched when it is run, completed or read about, and everything in the end", async ({ page, site }) => {
  await onLine(site, page, undefined, async (line) => {
    await typeLine(page, "seq 3 | sort -r | tr 123 abc | grep -v b");
    await expect(screen(page)).toContainText(/c\s*a/);
    await typeLine(page, "man tar | head -1");
    await expect(screen(page)).toContainText("TAR(1)");
    await atPrompt(page);
    await expect.poll(() => line.passed, { timeout: 20_000 }).toContain("compile-pattern");
    line.cut = /./;
    await typeLine(page, "echo 1 2 | awk '{ print $1 + $2 + 39 }'; rpm-ostree status | head -1");
    await expect(screen(page)).toContainText("42");
    await expect(screen(page)).toContainText("State: idle");
  });
});

test("what cannot be fetched is told, can be given up, and is tried again", async ({ page, site }) => {
  await onLine(site, page, LATER, async (line) => {
    const notice = page.locator(".notice");
    await typeLine(page, "grep ^VARIANT= /etc/os-release");
    await expect(notice).toContainText("could not be fetched");
    await page.keyboard.press("Control+c");
    await expect(notice).toHaveCount(0);
    await typeLine(page, "echo still $((40 + 2))");
    await expect(screen(page)).toContainText("still 42");
    await typeLine(page, "grep ^VARIANT= /etc/os-release");
    await expect(notice).toContainText("could not be fetched");
    line.cut = undefined;
    await expect(screen(page)).toContainText('VARIANT="Silverblue"');
    await expect(notice).toHaveCount(0);
  });
});

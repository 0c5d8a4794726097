/** A lab in a frame with an opaque origin, from a server without CORS headers: it gets only what its machine needs, and waits for what is slow. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { FrameLocator, Page } from "@playwright/test";
import { serveStatic } from "../../src/cli/static-server.ts";
import { expect, test as base } from "../site.ts";
import { atPrompt, screen } from "../terminal.ts";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

interface Place {
  /** Files of the embed that were asked for, packed sizes in kB by name. */
  readonly asked: Map<string, number>;
  /** Answers requests for files of this name so: not at all until it is called off, or with an error. */
  hinder(name: RegExp, how: "waits" | "fails"): () => void;
  open(page: Page, query: string): Promise<FrameLocator>;
}

const test = base.extend<{ place: Place }>({
  place: async ({}, use) => {
    const asked = new Map<string, number>();
    let hindered: { readonly name: RegExp; readonly how: "waits" | "fails"; readonly late: (() => void)[] } | undefined;
    const server = await serveStatic(dist, {
      first: (path, response) => {
        const name = path.replace(/^embed\//, "");
        if (name === "" || name.endsWith(".html")) return false;
        const bytes = readFileSync(join(dist, path));
        asked.set(name, gzipSync(bytes).length / 1000);
        if (hindered?.name.test(name) !== true) return false;
        if (hindered.how === "fails") response.writeHead(503).end();
        else hindered.late.push(() => response.setHeader("content-type", "text/javascript").end(bytes));
        return true;
      },
    });
    let query = "";
    const host = createServer((_request, response) => {
      const frame = `<iframe sandbox="allow-scripts" src="${server.url}embed/?${query}" title="A lab" width="900" height="600"></iframe>`;
      response.setHeader("content-type", "text/html").end(`<!doctype html><title>Host</title>${frame}`);
    });
    await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
    await use({
      asked,
      hinder(name, how) {
        const late: (() => void)[] = [];
        hindered = { name, how, late };
        return () => {
          hindered = undefined;
          for (const answer of late) answer();
        };
      },
      async open(page, wanted) {
        query = wanted;
        await page.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
        return page.frameLocator("iframe");
      },
    });
    host.close();
    host.closeAllConnections();
    await server.close();
  },
});

function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  return complaints;
}

async function type(page: Page, frame: FrameLocator, text: string): Promise<void> {
  await frame.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type(text);
}

/** What a machine's page needs of what is one machine's own; the first one's comes with the start. Two are MicroOS with changes. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  silverblue: [],
  kinoite: ["releases-kinoite"],
  bootc: ["releases-bootc"],
  microos: ["machine-microos", "releases-microos"],
  aeon: ["machine-aeon", "releases-microos", "releases-releases"],
  kalpa: ["machine-kalpa", "releases-microos", "releases-releases"],
  vanilla: ["machine-vanilla", "releases-debian"],
  debian: ["machine-debian", "releases-debian"],
};

for (const [machine, needed] of Object.entries(OWN))
  test(`${machine}: runs, restarts, and nothing of another machine is fetched`, async ({ page, place }) => {
    test.setTimeout(120_000);
    const complaints = complaintsOf(page);
    const frame = await place.open(page, `load=eager&machine=${machine}`);
    await atPrompt(frame);
    await type(page, frame, "echo $((6 * 7)) > kept; systemctl reboot\n");
    await expect(screen(frame)).not.toContainText("systemctl");
    await atPrompt(frame);
    await type(page, frame, "cat kept\n");
    await expect(screen(frame)).toContainText("42");
    const own = [...place.asked.keys()].flatMap((name) => /^part-((?:machine|releases)-[a-z]+)/.exec(name)?.[1] ?? []);
    expect(own.sort()).toEqual(needed);
    const lessons = readdirSync(fileURLToPath(new URL("../../lessons", import.meta.url)), { recursive: true }).map(String);
    expect(
      [...place.asked.keys()].filter((name) => lessons.some((path) => name.startsWith(`lab-${path.split("/").at(-1) ?? ""}-`))),
    ).toEqual([]);
    expect(complaints).toEqual([]);
  });

test("to the first key half a megabyte is fetched", async ({ page, place }) => {
  const resume = place.hinder(/^part-(?!open-here|first|lab-worker|rolldown-runtime)/, "waits");
  const frame = await place.open(page, "load=eager");
  await atPrompt(frame);
  await type(page, frame, "echo echoed");
  await expect(screen(frame)).toContainText("echo echoed");
  const came = [...place.asked].filter(([name]) => !/^part-(?!open-here|first|lab-worker|rolldown-runtime)/.test(name));
  expect(came.reduce((sum, [, kilobytes]) => sum + kilobytes, 0)).toBeLessThan(530);
  resume();
  await type(page, frame, " | cat\n");
  await expect(screen(frame)).toContainText("| cat");
  await expect(screen(frame).getByText(/^echoed/)).toBeVisible();
});

test("a part that takes longer than a machine may be silent is waited for, and what is typed meanwhile is not lost", async ({
  page,
  place,
}) => {
  const resume = place.hinder(/^part-gawk-/, "waits");
  const frame = await place.open(page, "load=eager");
  await atPrompt(frame);
  await type(page, frame, "awk 'BEGIN { print 6 * 7 }'\n");
  await expect.poll(() => [...place.asked.keys()].some((name) => name.startsWith("part-gawk-"))).toBe(true);
  await type(page, frame, "echo behind it\n");
  await page.waitForTimeout(4000);
  resume();
  await expect(screen(frame)).toContainText("42");
  await expect(screen(frame).getByText(/^behind it/)).toBeVisible();
  await expect(frame.getByText("did not answer")).toHaveCount(0);
});

test("a part that cannot be had is told of, asked for again, and used when it comes", async ({ page, place }) => {
  const resume = place.hinder(/^part-gawk-/, "fails");
  const frame = await place.open(page, "load=eager");
  await atPrompt(frame);
  await type(page, frame, "awk 'BEGIN { print 6 * 7 }'\n");
  await expect(frame.getByText("Part of the machine could not be fetched")).toBeVisible();
  resume();
  await expect(screen(frame)).toContainText("42");
  await expect(frame.getByText("Part of the machine could not be fetched")).toHaveCount(0);
});

test("without a worker the machine runs on the page", async ({ page, place }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "Worker", {
      value: function () {
        throw new DOMException("blocked", "SecurityError");
      },
    });
  });
  const frame = await place.open(page, "load=eager");
  await atPrompt(frame);
  await type(page, frame, "echo $((6 * 7))\n");
  await expect(screen(frame).getByText(/^42/)).toBeVisible();
});

test("a script that does not come leaves the poster, whose button tries again", async ({ page, place }) => {
  const resume = place.hinder(/^lab\.js$/, "fails");
  const frame = await place.open(page, "");
  await frame.getByRole("button", { name: "Start the machine" }).click();
  await expect(frame.getByRole("button", { name: "It could not be fetched. Try again" })).toBeVisible();
  resume();
  await frame.getByRole("button", { name: "Try again" }).click();
  await atPrompt(frame);
});

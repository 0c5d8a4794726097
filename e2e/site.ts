/** The test's own world: dist/ on a plain static server, and a record of everything that a page asked for or complained about. */
import { test as base, type Page } from "@playwright/test";
import { fileURLToPath } from "node:url";
import { serveStatic } from "../src/cli/static-server.ts";

const dist = fileURLToPath(new URL("../dist", import.meta.url));

export interface Watched {
  /** Requests to any origin but the page's own. */
  readonly foreign: string[];
  /** Errors on the console and exceptions, policy violations among them. */
  readonly complaints: string[];
}

interface Fixtures {
  /** Watches `page` from before its first request. */
  readonly watched: Watched;
}

interface WorkerFixtures {
  /** Address of the site, ending with a slash. */
  readonly site: string;
  /** The same site under a sub-path of another server. */
  readonly subPath: string;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  site: [
    async ({}, use) => {
      const server = await serveStatic(dist);
      await use(server.url);
      await server.close();
    },
    { scope: "worker" },
  ],
  subPath: [
    async ({}, use) => {
      const server = await serveStatic(dist, { base: "/some/where/else/" });
      await use(server.url);
      await server.close();
    },
    { scope: "worker" },
  ],
  watched: async ({ page, site }, use) => {
    await use(watch(page, site));
  },
});

/** What Playwright itself says where the configuration lets no service worker in. */
const BLOCKED = "Service Worker registration blocked by Playwright";

function watch(page: Page, site: string): Watched {
  const watched: Watched = { foreign: [], complaints: [] };
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(site) && !url.startsWith("blob:") && !url.startsWith("data:")) watched.foreign.push(url);
  });
  page.on("console", (message) => {
    if (message.text() === BLOCKED) return;
    if (message.type() === "error" || message.type() === "warning") watched.complaints.push(message.text());
  });
  page.on("pageerror", (error) => watched.complaints.push(error.message));
  return watched;
}

export { expect } from "@playwright/test";

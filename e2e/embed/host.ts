/** Pages of another origin that have labs in them, under a policy that allows what the documentation says and nothing else. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { test as base } from "../site.ts";

export { expect } from "@playwright/test";

interface Host {
  /** Serves a page with this body; gives its address, at an origin of its own. */
  show(body: string): string;
}

export const SANDBOX = 'sandbox="allow-scripts allow-popups allow-downloads"';

export const test = base.extend<{ host: Host }>({
  host: async ({ site }, use) => {
    let body = "";
    const server = createServer((_request, response) => {
      const origin = new URL(site).origin;
      response
        .setHeader("content-type", "text/html; charset=utf-8")
        // What a host has to allow, and nothing else: the frame and, for the element, its script.
        .setHeader(
          "content-security-policy",
          `default-src 'none'; frame-src ${origin}; script-src ${origin} 'nonce-host'; style-src 'unsafe-inline'; base-uri 'none'`,
        )
        .end(`<!doctype html><html lang="en"><title>Handbook</title><body style="background:#123;color:#fff">${body}`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await use({
      show(text) {
        body = text;
        return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      },
    });
    server.close();
    server.closeAllConnections();
  },
});

/** What a page and its frames complain about on the console. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => (message.type() === "error" || message.type() === "warning") && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  return complaints;
}

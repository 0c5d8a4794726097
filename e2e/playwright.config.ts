/** Tests of the built site in a real Chromium. They drive dist/, served by a plain static server (see site.ts). */
import { defineConfig } from "@playwright/test";

const chromium = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: "../test-results",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: { ...(chromium === "" ? {} : { executablePath: chromium }), args: ["--no-sandbox"] },
    viewport: { width: 1280, height: 800 },
    // What the site keeps for times without a network is tested in e2e/offline.
    serviceWorkers: "block",
    trace: "retain-on-failure",
  },
});

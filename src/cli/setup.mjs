/**
 * The first thing that runs in a fresh clone: needs Node 20 and nothing else.
 *
 *   node src/cli/setup.mjs start   install, build, serve, print the address
 *   node src/cli/setup.mjs test    install, find or install a Chromium, run every gate
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const verb = process.argv[2] ?? "install";

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 20) fail(`Node 20 or later is needed; this is ${process.versions.node}.`);

if (!installed()) run("npm", ["ci", "--no-audit", "--no-fund"]);

if (verb === "start") {
  run("npm", ["run", "--silent", "build"]);
  // In this process, so that whatever ends it ends the server.
  const { register } = await import("tsx/esm/api");
  register();
  await import("./serve.ts");
} else if (verb === "test") {
  const chromium = findChromium() ?? installChromium();
  run("npx", ["tsx", "src/cli/gates.ts", "all"], { CHROMIUM: chromium });
}

/** Whether node_modules holds every package that the lockfile names, in that version. Times are no guide: a checkout sets them anew. */
function installed() {
  const hidden = `${root}node_modules/.package-lock.json`;
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8")).packages;
  const present = JSON.parse(readFileSync(hidden, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || entry.optional || entry.devOptional) return true;
    return present[path]?.version === entry.version;
  });
}

/** The path of a browser that is here already. */
function findChromium() {
  const known = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  return known.find((path) => path && existsSync(path));
}

/** Debian's package when we may install it, else Playwright's own build, which "" stands for. */
function installChromium() {
  const mayInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (
    mayInstall &&
    attempt("apt-get", ["update", "-q"]) &&
    attempt("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"])
  ) {
    return findChromium() ?? "";
  }
  run("npx", ["playwright", "install", "chromium"]);
  return "";
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function attempt(command, args, env = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", ...env },
  });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  return result.status === 0;
}

/** As `attempt`, but its failure is ours.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function run(command, args, env) {
  if (!attempt(command, args, env)) process.exit(1);
}

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exit(1);
}

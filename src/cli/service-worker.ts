/** Writes dist/service-worker.js: what build it serves, and which files that has. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));
const NAME = "service-worker.js";

/** All files of the site, without the embed, which is never kept. */
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(dist, join(entry.parentPath, entry.name)).split(sep).join("/"))
  .filter((path) => path !== NAME && !path.startsWith("embed/"))
  .sort();

const source = readFileSync(new URL("service-worker.mjs", import.meta.url), "utf8");
const hash = createHash("sha256").update(source);
for (const path of files)
  hash
    .update(path)
    .update("\0")
    .update(readFileSync(join(dist, path)));

writeFileSync(
  join(dist, NAME),
  source.replace('["FILES"]', () => JSON.stringify(files)).replace('"BUILD"', () => JSON.stringify(hash.digest("hex").slice(0, 16))),
);

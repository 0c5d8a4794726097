/** `npm run size`: what dist/ weighs against the budgets; exit status 1 when one is exceeded. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import budgets from "./budgets.json" with { type: "json" };

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

const weights = new Map(
  readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [relative(dist, file).split(sep).join("/"), gzipSync(readFileSync(file), { level: 9 }).length]),
);

let exceeded = false;
const seen = new Set([...weights.keys()].filter((path) => budgets.uncounted.some((prefix) => path.startsWith(prefix))));
for (const { name, files, except, limit, aim } of budgets.budgets) {
  const counted = [...weights].filter(
    ([path]) => files.some((prefix) => path.startsWith(prefix)) && !except.some((prefix) => path.startsWith(prefix)),
  );
  const kilobytes = counted.reduce((sum, [, bytes]) => sum + bytes, 0) / 1000;
  const isOver = kilobytes > limit || counted.length === 0;
  exceeded ||= isOver;
  for (const [path] of counted) seen.add(path);
  const missed = aim !== undefined && kilobytes > aim ? `; the aim of ${aim} kB is NOT met` : "";
  console.log(`${isOver ? "OVER" : "ok  "} ${name}: ${kilobytes.toFixed(1)} kB of ${limit} kB in ${counted.length} files${missed}`);
  if (isOver)
    for (const [path, bytes] of counted.sort((a, b) => b[1] - a[1]))
      console.log(`       ${(bytes / 1000).toFixed(1).padStart(7)} kB  ${path}`);
}
const strangers = [...weights.keys()].filter((path) => !seen.has(path));
if (strangers.length > 0) console.log(`OVER no budget counts: ${strangers.join(", ")}`);
exceeded ||= strangers.length > 0;
process.exitCode = exceeded ? 1 : 0;

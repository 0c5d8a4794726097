/**
 * `npm run package`: what Node needs of the npm package, in dist-node/: the headless lab, the `lab` command, the plugins for documentation, their
 * types, and the releases of the machines. What they depend on is installed with the package. The site itself is dist/.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("../..", import.meta.url));
const out = join(root, "dist-node");
const ENTRIES = ["cli/main", "cli/headless", "embed/docs/remark", "embed/docs/markdown-it", "embed/docs/asciidoctor"];

await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: "warn",
  build: {
    ssr: true,
    outDir: out,
    emptyOutDir: true,
    target: "node20",
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(ENTRIES.map((name) => [name, join(root, "src", `${name}.ts`)])),
      // Beside the command, so that what it finds by its own place stays where it is.
      output: { entryFileNames: "[name].js", chunkFileNames: "cli/[name]-[hash].js" },
    },
  },
});
chmodSync(join(out, "cli/main.js"), 0o755);

mkdirSync(join(out, "image"));
for (const name of readdirSync(join(root, "src/image")))
  if (name.endsWith(".manifest.json")) cpSync(join(root, "src/image", name), join(out, "image", name));

const types = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", "tsconfig.package.json"], { cwd: root, stdio: "inherit" });
process.exitCode = types.status ?? 1;

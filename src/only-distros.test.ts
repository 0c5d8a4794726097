/** Adding a machine touches only distros/ (and what is generated): nothing else names one, but for the few things of another kind that have the same name. */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { machines } from "./distros/index.ts";
import { OFFERS } from "./distros/offers.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A name of something else, or a use of one machine that would not want another. */
const OTHERWISE: readonly { readonly name: string; readonly files: RegExp; readonly because: string }[] = [
  {
    name: "bootc",
    files: /^src\/commands\/|^src\/(course\/(counterparts|roads)|ui\/(lab-factory|next-command))\.ts$|^e2e\/size\/budgets\.json$/,
    because: "the tool, and its family of programs",
  },
  { name: "debian", files: /^src\/engines\/containers\/(registry|image-files)\.ts$/, because: "a container image" },
  {
    name: "debian",
    files: /^src\/course\/authoring\/killercoda\.ts$/,
    because: "stands in for classic systems that there are no machines of",
  },
  { name: "microos", files: /^src\/cli\/transcript-machine\.ts$/, because: "where sessions were recorded" },
];

/** Everything that a page, a script or a build is made of; texts, tests, and what is made by generators may name machines. */
function sources(): string[] {
  const below = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path.split(sep).join("/")}`);
  return [...below("src"), ...below("e2e/size"), "vite.config.ts", "index.html"].filter(
    (path) => /\.(ts|svelte|mjs|json|html)$/.test(path) && !/^src\/distros\/|\.(test|fixture|manifest)\.|\/(generator|oracle)\//.test(path),
  );
}

/** Where `text` means the machine, or files of its own, as `name`. */
function naming(text: string, name: string): string[] {
  const pattern = new RegExp(
    `["'\`]${name}["'\`]|\\bdistros/${name}\\b|\\b${name}\\.manifest\\b|worker-${name}-["'\`]|machine=${name}["'\`&]|(^|[{,]) *${name}:`,
  );
  const code = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "));
  return code.split("\n").flatMap((line, at) => (pattern.test(line) ? [`${at + 1}: ${line.trim().slice(0, 100)}`] : []));
}

// What a page shows at first is built into it by its name.
const others = OFFERS.slice(1).map(({ name }) => name);

test.each(others)("%s is named by distros/ alone", (name) => {
  const found = sources()
    .filter((path) => !OTHERWISE.some((each) => each.name === name && each.files.test(path)))
    .flatMap((path) => naming(readFileSync(join(root, path), "utf8"), name).map((line) => `${path}:${line}`));
  expect(found).toEqual([]);
});

test("a machine that is named elsewhere is seen", () => {
  expect(naming('const x = [aeon];\nimport("../distros/aeon/aeon.ts")\n/** "aeon" */', "aeon")).toEqual([
    '2: import("../distros/aeon/aeon.ts")',
  ]);
  for (const line of ['"assets/worker-aeon-"', '"aeon.manifest.json"', 'name === "aeon"', "{ aeon: none }", '"?machine=aeon"'])
    expect(naming(line, "aeon")).toHaveLength(1);
  expect(naming("aeons of time", "aeon")).toEqual([]);
});

test("what may be named otherwise is", () => {
  const all = sources();
  for (const { name, files } of OTHERWISE) {
    const used = all.filter((path) => files.test(path) && naming(readFileSync(join(root, path), "utf8"), name).length > 0);
    expect(used, `${name} in ${String(files)}`).not.toEqual([]);
  }
  expect(Object.keys(machines).toSorted()).toEqual(OFFERS.map(({ name }) => name).toSorted());
});

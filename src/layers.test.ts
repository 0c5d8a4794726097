/** Guards the shape of DESIGN.md §2: who may import whom, and where things may live. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const src = dirname(fileURLToPath(import.meta.url));

const RANKS: Readonly<Record<string, number>> = {
  base: 0,
  vfs: 1,
  image: 2,
  machine: 3,
  engines: 4,
  shell: 4,
  commands: 5,
  distros: 6,
  lab: 7,
  course: 8,
  terminal: 9,
  ui: 10,
  embed: 11,
  cli: 11,
};
/** main.ts and tests of the whole tree. */
const TOP = 12;

/** Packages that only one place may import, and why. */
const GUARDED: readonly { readonly package: RegExp; readonly only: RegExp; readonly because: string }[] = [
  {
    package: /^@xterm\/xterm/,
    only: /^terminal\//,
    because: "xterm is a pane of glass: everything else sends and receives bytes through terminal/",
  },
  {
    package: /^(memfs|@jsonjoy\.com\/fs-core)/,
    only: /^vfs\/memfs-bytes\.ts$/,
    because: "memfs only keeps the bytes of RAM files; names, owners, modes and errors are vfs/'s own",
  },
  { package: /^node:/, only: /^cli\//, because: "everything but cli/ must run in a browser" },
  { package: /^(svelte|comlink|idb)/, only: /^(ui|embed)\/|^main\.ts$/, because: "the core knows nothing of the page" },
];

const FORBIDDEN_FOLDERS = ["utils", "helpers", "lib", "types"];

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** Path below src/, undefined for a package. */
  readonly target: string | undefined;
}

function sources(): string[] {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((path) => path.split(sep).join("/"))
    .filter((path) => /\.(ts|svelte|mjs)$/.test(path));
}

/** Every import, export-from, import() and import type of a file. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(src, file), "utf8").replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
  const specifiers = [
    ...text.matchAll(/(?:^|[;}\s])(?:import|export)\s(?:[^"'`;]*?\sfrom\s*)?["']([^"']+)["']|\bimport\s*\(\s*["']([^"']+)["']/gm),
  ];
  return specifiers.map((match) => {
    const specifier = (match[1] ?? match[2] ?? "").replace(/\?.*$/, "");
    const target = specifier.startsWith(".")
      ? relative(src, join(src, dirname(file), specifier))
          .split(sep)
          .join("/")
      : undefined;
    return { from: file, specifier, target };
  });
}

function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : "";
}

function rankOf(path: string): number {
  return path.includes("/") ? (RANKS[folderOf(path)] ?? NaN) : TOP;
}

/** What is wrong with an import, in a sentence that says what to do instead; undefined when it is fine. */
function trespass({ from, specifier, target }: Import, isTest: boolean): string | undefined {
  if (target === undefined) {
    if (isTest) return undefined;
    const guard = GUARDED.find((entry) => entry.package.test(specifier) && !entry.only.test(from));
    return guard && `src/${from} imports ${specifier}: ${guard.because}.`;
  }
  if (target.startsWith(".."))
    return isTest || folderOf(from) === "cli"
      ? undefined
      : `src/${from} imports ${specifier}, which lies outside src/: move what it needs inside.`;
  if (folderOf(from) === folderOf(target) && folderOf(from) !== "") return undefined;
  const [mine, theirs] = [rankOf(from), rankOf(target)];
  if (isTest || mine > theirs) return undefined;
  return (
    `src/${from} (rank ${mine}) imports src/${target} (rank ${theirs}): a file imports only from its own folder and from lower ranks. ` +
    "Move the shared part down, or declare an interface in machine/ports.ts and let main.ts, cli/ and embed/ plug the upper one in."
  );
}

/** Tests, their fixtures, and the generators and recorders beside the data that they make. */
const isTest = (file: string): boolean => /\.(test|fixture)\.ts$|\/(generator|oracle)\//.test(file);

describe("layers", () => {
  test("the reader of imports sees all forms", () => {
    const seen = importsOf("layers.test.ts").map(({ specifier }) => specifier);
    expect(seen).toEqual(expect.arrayContaining(["node:fs", "node:path", "vitest"]));
  });

  test("a trespass is noticed", () => {
    expect(trespass({ from: "vfs/a.ts", specifier: "../shell/b.ts", target: "shell/b.ts" }, false)).toMatch(/rank 1.*rank 4/);
    expect(trespass({ from: "shell/a.ts", specifier: "../engines/b.ts", target: "engines/b.ts" }, false)).toMatch(/rank 4.*rank 4/);
    expect(trespass({ from: "ui/a.ts", specifier: "@xterm/xterm", target: undefined }, false)).toMatch(/pane of glass/);
    expect(trespass({ from: "ui/a.ts", specifier: "../lab/b.ts", target: "lab/b.ts" }, false)).toBeUndefined();
  });

  test("every file imports only from its own folder and from lower ranks", () => {
    const wrong = sources().flatMap((file) => importsOf(file).flatMap((entry) => trespass(entry, isTest(file)) ?? []));
    expect(wrong).toEqual([]);
  });

  test("every folder below src/ has a rank and says what it is about", () => {
    const folders = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((entry) => entry.name).filter((name) => !(name in RANKS))).toEqual([]);
    const vague = readdirSync(src, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && FORBIDDEN_FOLDERS.includes(entry.name),
    );
    expect(vague.map((entry) => `src/${relative(src, join(entry.parentPath, entry.name))}: name the concern, not the drawer.`)).toEqual([]);
  });
});

/** `lab site`: the built site in other hands: as an archive, and published with versions that stay. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { zipSync, type Zippable } from "fflate";
import { readWords, UsageError, type Output } from "./usage.ts";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

/** The lines of `lab`'s usage about the site. */
export const SITE_USAGE = `  site zip [FILE]       the built site as an archive that runs from any static server
  site publish DIR      the built site in DIR, and a copy in DIR/vVERSION that later ones leave alone
`;

type SiteVerb = (operand: string | undefined, output: Output) => boolean;

const verbs: Readonly<Record<string, SiteVerb>> = { zip, publish };

/** Finds the verb; throws `UsageError` when there is none of that name. */
export function siteCommand([name = "", ...words]: readonly string[], output: Output): boolean {
  const verb = verbs[name];
  if (verb === undefined) throw new UsageError(`site: no verb ${JSON.stringify(name)}; there are: ${Object.keys(verbs).join(" ")}`);
  const { operands } = readWords(words, { flags: [], values: [] });
  if (operands.length > 1) throw new UsageError(`site ${name}: takes one operand`);
  if (!existsSync(join(dist, "index.html"))) throw new UsageError("there is no built site: run npm run build");
  return verb(operands[0], output);
}

/** The files of a folder, below it, with what is in them. */
function filesOf(folder: string): readonly (readonly [path: string, bytes: Uint8Array])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort()
    .map((path) => [path, readFileSync(join(folder, path))] as const);
}

/** A day that an archive can hold, whenever it is made: the same site is the same archive. */
const DAY = new Date(1980, 0, 2);

function zip(file = "immutable-lab.zip", { line }: Output): boolean {
  const files: Zippable = Object.fromEntries(filesOf(dist).map(([path, bytes]) => [path, [bytes, { mtime: DAY }]]));
  const bytes = zipSync(files, { level: 9 });
  writeFileSync(file, bytes);
  line(`${file}: ${Object.keys(files).length} files, ${(bytes.length / 1e6).toFixed(1)} MB`);
  return true;
}

const FROZEN = /^v\d/;
/** What tells that a folder is a site of ours. */
const MARK = "fidelity.html";

/** What was frozen once never changes: another build of the same version is refused. */
function publish(folder: string | undefined, { line }: Output): boolean {
  if (folder === undefined) throw new UsageError("site publish: give a folder");
  if (resolve(folder) === resolve(dist)) throw new UsageError("site publish: give a folder that is not the build's own, which is emptied");
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  const frozen = join(folder, `v${version}`);
  if (existsSync(frozen) && digest(frozen) !== digest(dist))
    throw new UsageError(
      `site publish: ${frozen} has another build of this version; give the new one a version of its own in package.json`,
    );
  mkdirSync(folder, { recursive: true });
  const old = readdirSync(folder).filter((name) => !FROZEN.test(name));
  if (old.length > 0 && !old.includes(MARK)) throw new UsageError(`site publish: ${folder} has other things in it; give an empty folder`);
  for (const name of old) rmSync(join(folder, name), { recursive: true });
  cpSync(dist, folder, { recursive: true });
  cpSync(dist, frozen, { recursive: true });
  const versions = readdirSync(folder).filter((name) => FROZEN.test(name));
  line(`${folder} has version ${version}; frozen there: ${versions.sort().join(" ")}`);
  return true;
}

function digest(folder: string): string {
  const hash = createHash("sha256");
  for (const [path, bytes] of filesOf(folder)) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  return hash.digest("hex");
}

import { modeString } from "../modes.ts";
import { readAccounts } from "../../machine/users.ts";
import type { Process } from "../../machine/process.ts";
import type { Stat } from "../../vfs/types.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { reason } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { join } from "../paths.ts";

/** Links followed before namei gives up. */
const MOST_LINKS = 256;

interface Part {
  readonly name: string;
  /** How many links led here. */
  readonly level: number;
  readonly stat?: Stat;
  readonly isMountPoint: boolean;
  readonly target?: string;
  /** Why it is the last one. */
  readonly failure?: string;
}

/** namei(1): what a path goes through, a line for each name. */
export const namei: Command = {
  name: "namei",
  package: "util-linux",
  style: "gnu",
  usage: ["namei [options] <pathname>..."],
  about: "Follow a pathname until a terminal point is found.",
  options: [
    { name: "mountpoints", short: "x", help: "show mount point directories with a 'D'" },
    { name: "modes", short: "m", help: "show the mode bits of each file" },
    { name: "owners", short: "o", help: "show owner and group name of each file" },
    { name: "long", short: "l", help: "use a long listing format (-m -o -v)" },
    { name: "nosymlinks", short: "n", help: "don't follow symlinks" },
    { name: "vertical", short: "v", help: "vertical align of modes and owners" },
    { name: "help", short: "h", help: "display this help" },
    { name: "version", short: "V", help: "display version" },
  ],
  completes: "files",
  *run(proc, options) {
    if (options.operands.length === 0) throw new UsageError("pathname argument is missing");
    let status = 0;
    for (const path of options.operands) {
      yield* proc.tick();
      const parts = partsOf(proc, path, !options.has("nosymlinks"));
      yield* stdout(proc).print(`f: ${path}\n${lines(proc, options, parts).join("\n")}\n`);
      if (parts.some(({ failure }) => failure !== undefined)) status = 1;
    }
    return status;
  },
};

function partsOf(proc: Process, path: string, follows: boolean): Part[] {
  const { sys } = proc;
  const parts: Part[] = [];
  let links = 0;
  /** Walks `names` from `at`; where it comes out, or undefined when it got stuck. */
  const walk = (at: string, text: string, level: number): string | undefined => {
    let here = text.startsWith("/") ? "/" : at;
    const names = [...(text.startsWith("/") ? ["/"] : []), ...text.split("/").filter((name) => name !== "")];
    for (const [index, name] of names.entries()) {
      const full = name === "/" ? "/" : join(here, name);
      let stat: Stat;
      try {
        stat = sys.lstat(full);
      } catch (error) {
        parts.push({ name, level, isMountPoint: false, failure: reason(error) });
        return undefined;
      }
      const target = stat.type === "symlink" ? sys.readlink(full) : undefined;
      const isMountPoint = stat.type === "dir" && isOwnRoot(stat, sys.lstat(join(full, "..")));
      parts.push({ name, level, stat, isMountPoint, ...(target === undefined ? {} : { target }) });
      if (target === undefined) here = full;
      else {
        if (!follows && index === names.length - 1) return full;
        const next = !follows ? full : ++links > MOST_LINKS ? undefined : walk(here, target, level + 1);
        if (next === undefined) return undefined;
        here = next;
      }
    }
    return here;
  };
  walk(sys.getcwd(), path, 0);
  return parts;
}

/** As namei(1) tells a mount point: another device than above it, or nothing above it. A bind mount of the same device is none. */
function isOwnRoot(stat: Stat, above: Stat): boolean {
  return stat.dev !== above.dev || stat.ino === above.ino;
}

function lines(proc: Process, options: ParsedOptions, parts: readonly Part[]): string[] {
  const isLong = options.has("long");
  const isVertical = isLong || options.has("vertical");
  const accounts = readAccounts(proc.sys);
  const owners = parts.map(({ stat }) =>
    stat === undefined
      ? ["", ""]
      : [accounts.userById(stat.uid)?.name ?? String(stat.uid), accounts.groupById(stat.gid)?.name ?? String(stat.gid)],
  );
  const [users, groups] = [0, 1].map((column) => Math.max(...owners.map((owner) => owner[column]?.length ?? 0))) as [number, number];
  return parts.map(({ name, level, stat, isMountPoint, target, failure }, index) => {
    const letters = stat === undefined ? " ".repeat(10) : modeString(stat.type, stat.mode);
    const kind = isMountPoint && options.has("mountpoints") ? "D" : letters.slice(0, 1);
    const mode = kind + (isLong || options.has("modes") ? letters.slice(1) : "");
    const [user = "", group = ""] = owners[index] ?? [];
    const owner = isLong || options.has("owners") ? ` ${user.padEnd(users)} ${group.padEnd(groups)}` : "";
    const indent = "  ".repeat(level);
    const facts = isVertical ? mode + owner + indent : ` ${indent}${mode}${owner}`;
    // util-linux 2.41 is one column off where a name is not there.
    return `${facts}${failure === undefined ? "" : " "} ${name}${failure !== undefined ? ` - ${failure}` : target === undefined ? "" : ` -> ${target}`}`;
  });
}

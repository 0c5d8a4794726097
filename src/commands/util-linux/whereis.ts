import type { Process } from "../../machine/process.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { baseName, join } from "../paths.ts";

const KINDS = { bin: "b", man: "m", src: "s" } as const;
type Kind = keyof typeof KINDS;
const ALL = Object.keys(KINDS) as readonly Kind[];

/** Where whereis.c looks; `*` stands for each directory there. What is in $PATH comes after the first, what is in $MANPATH after the second. */
const PLACES: Readonly<Record<Kind, readonly string[]>> = {
  bin: `/usr/bin /usr/sbin /usr/lib /usr/lib64 /bin /sbin /etc /usr/etc /lib /lib64 /usr/games /usr/local/bin /usr/local/sbin /usr/local/etc
    /usr/local/lib /usr/local/games /usr/include /usr/local/include /usr/libexec /opt/*/bin /usr/share`.split(/\s+/),
  man: "/usr/man/* /usr/share/man/* /usr/local/man/* /usr/local/share/man/* /usr/share/info".split(" "),
  src: "/usr/src/* /usr/src/lib/libc/* /usr/src/lib/libc/net/* /usr/src/ucb/pascal /usr/src/ucb/pascal/utilities /usr/src/undoc".split(" "),
};

const PATHS: Readonly<Record<Kind, string | undefined>> = { bin: "PATH", man: "MANPATH", src: undefined };

/** whereis(1). */
export const whereis: Command = {
  name: "whereis",
  package: "util-linux",
  style: "raw",
  usage: ["whereis [options] [-BMS <dir>... -f] <name>"],
  about: "Locate the binary, source, and manual-page files for a command.",
  options: [
    { name: "binaries", short: "b", long: false, help: "search only for binaries" },
    { name: "binary-path", short: "B", long: false, argument: "dirs", help: "define binaries lookup path" },
    { name: "manuals", short: "m", long: false, help: "search only for manuals and infos" },
    { name: "manual-path", short: "M", long: false, argument: "dirs", help: "define man and info lookup path" },
    { name: "sources", short: "s", long: false, help: "search only for sources" },
    { name: "source-path", short: "S", long: false, argument: "dirs", help: "define sources lookup path" },
    { name: "end-of-path", short: "f", long: false, help: "terminate <dirs> argument list" },
    { name: "unusual", short: "u", long: false, help: "search for unusual entries" },
    { name: "list", short: "l", long: false, help: "output effective lookup paths" },
  ],
  completes: "commands",
  *run(proc, { operands }) {
    if (operands.length === 0) throw new UsageError("not enough arguments");
    const given = new Map<Kind, string[]>();
    let wanted = new Set<Kind>();
    let isNewSet = true;
    let unusual = false;
    const directories = (kind: Kind): string[] => distinct(proc, given.get(kind) ?? placesOf(proc, kind));
    const words = [...operands];
    for (let word = words.shift(); word !== undefined; word = words.shift()) {
      if (!/^-./.test(word)) {
        isNewSet = true;
        const kinds = ALL.filter((kind) => wanted.size === 0 || wanted.has(kind));
        const found = kinds.map((kind) => directories(kind).flatMap((directory) => matches(proc, directory, baseName(word ?? ""), kind)));
        if (!unusual || found.some((paths) => paths.length !== 1))
          yield* stdout(proc).print(`${[`${baseName(word)}:`, ...found.flat()].join(" ")}\n`);
        continue;
      }
      for (const letter of word.slice(1)) {
        const kind = ALL.find((each) => KINDS[each] === letter.toLowerCase());
        if (kind !== undefined && letter !== KINDS[kind]) {
          const list: string[] = [];
          while (words[0] !== undefined && !words[0].startsWith("-")) list.push(words.shift() ?? "");
          given.set(kind, list);
        } else if (kind !== undefined) {
          // What is asked for adds up until a name comes.
          if (isNewSet) wanted = new Set();
          isNewSet = false;
          wanted.add(kind);
        } else if (letter === "u") unusual = true;
        else if (letter === "l") {
          for (const each of ALL) for (const directory of directories(each)) yield* stdout(proc).print(`${each}: ${directory}\n`);
        } else if (letter !== "f") throw new UsageError("bad usage");
      }
      yield* proc.tick();
    }
    return 0;
  },
};

function placesOf(proc: Process, kind: Kind): string[] {
  const variable = PATHS[kind];
  const more = variable === undefined ? [] : (proc.env.get(variable) ?? "").split(":").filter((path) => path !== "");
  return [
    ...PLACES[kind].flatMap((place) => {
      const [before = "", after] = place.split("*");
      if (after === undefined) return [place];
      return namesIn(proc, before).map((name) => before + name + after);
    }),
    ...more,
  ];
}

/** Those that are there and are directories, each once by whatever name. */
function distinct(proc: Process, paths: readonly string[]): string[] {
  const seen = new Set<string>();
  return paths.filter((path) => {
    try {
      const { type, dev, ino } = proc.sys.stat(path);
      const identity = `${dev}:${ino}`;
      if (type !== "dir" || seen.has(identity)) return false;
      seen.add(identity);
      return true;
    } catch (error) {
      if (isSysError(error)) return false;
      throw error;
    }
  });
}

function namesIn(proc: Process, directory: string): string[] {
  try {
    return proc.sys.readdir(directory).map(({ name }) => name);
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}

function matches(proc: Process, directory: string, name: string, kind: Kind): string[] {
  return namesIn(proc, directory)
    .filter((entry) => isNamed(entry, name, kind))
    .map((entry) => join(directory, entry));
}

/** A program by its very name; others also with an ending, packed or not, and sources under SCCS's prefix. */
function isNamed(entry: string, name: string, kind: Kind): boolean {
  if (entry === name) return true;
  if (kind === "bin") return false;
  const plain = kind === "man" ? entry.replace(/\.(?:Z|gz|bz2|xz|zst|C)$/, "") : entry.replace(/^s\./, "");
  return plain === name || (plain.startsWith(`${name}.`) && !plain.slice(name.length + 1).includes("."));
}

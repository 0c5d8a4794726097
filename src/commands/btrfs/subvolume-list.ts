/** `btrfs subvolume list`, and the line by which a subvolume is told of. */
import { formatTime } from "../time-format.ts";
import { listSubvolumes, subvolumeAt } from "../../vfs/btrfs/calls.ts";
import type { SubvolumeInfo } from "../../vfs/btrfs/calls.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { ParsedOptions } from "../command.ts";
import { stdout } from "../output.ts";
import { BtrfsError } from "./verb.ts";
import type { Verb } from "./verb.ts";

interface Column {
  readonly title: string;
  /** Left out of a line whose value stands at the end, by itself. */
  readonly word: string;
  value(info: SubvolumeInfo): string;
}

/** Bytes of a UUID as text. */
const UUID_LENGTH = 36;

const uuid = (text: string | undefined): string => (text ?? "-").padEnd(UUID_LENGTH);

const COLUMNS = {
  id: { title: "ID", word: "ID", value: ({ id }) => String(id) },
  gen: { title: "gen", word: "gen", value: ({ generation }) => String(generation) },
  cgen: { title: "cgen", word: "cgen", value: ({ madeIn }) => String(madeIn) },
  parent: { title: "parent", word: "parent", value: ({ parent }) => String(parent) },
  top: { title: "top level", word: "top level", value: ({ parent }) => String(parent) },
  otime: { title: "otime", word: "otime", value: ({ madeAt }) => formatTime("%Y-%m-%d %H:%M:%S", madeAt) },
  parentUuid: { title: "parent_uuid", word: "parent_uuid", value: ({ parentUuid }) => uuid(parentUuid) },
  receivedUuid: { title: "received_uuid", word: "received_uuid", value: ({ receivedUuid }) => uuid(receivedUuid) },
  uuid: { title: "uuid", word: "uuid", value: (info) => uuid(info.uuid) },
} satisfies Record<string, Column>;

const DELETED = "DELETED";

/** As `subvolume list` and `get-default` have it. */
export function subvolumeLine(
  info: SubvolumeInfo,
  columns: readonly Column[] = [COLUMNS.id, COLUMNS.gen, COLUMNS.top],
  path = info.path,
): string {
  return `${columns.map((column) => `${column.word} ${column.value(info)}`).join(" ")} path ${path ?? DELETED}\n`;
}

function tableOf(rows: readonly { readonly info: SubvolumeInfo; readonly path: string }[], columns: readonly Column[]): string {
  const titles = [...columns.map(({ title }) => title), "path"];
  const head = titles.map((title) => `${title}\t`).join("");
  const rule = titles.map((title) => `${"-".repeat(title.length)}\t`).join("");
  // The words "top level" reach over a tab stop.
  const cell = (column: Column, info: SubvolumeInfo): string => `${column.value(info)}\t${column === COLUMNS.top ? "\t" : ""}`;
  const lines = rows.map(({ info, path }) => columns.map((column) => cell(column, info)).join("") + path);
  return [head, rule, ...lines].map((line) => `${line}\n`).join("");
}

type Filter = (info: SubvolumeInfo) => boolean;

/** "+9" from there on, "-9" up to there, "9" just that one. Undefined when it is none of these. */
function filterBy(text: string, value: (info: SubvolumeInfo) => number): Filter | undefined {
  const [, sign, digits] = /^([+-]?)(\d+)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const wanted = Number(digits);
  return (info) => (sign === "+" ? value(info) >= wanted : sign === "-" ? value(info) <= wanted : value(info) === wanted);
}

const SORTS: Readonly<Record<string, (left: SubvolumeInfo, right: SubvolumeInfo) => number>> = {
  gen: (left, right) => left.generation - right.generation,
  ogen: (left, right) => left.madeIn - right.madeIn,
  rootid: (left, right) => left.id - right.id,
  path: (left, right) => ((left.path ?? "") < (right.path ?? "") ? -1 : left.path === right.path ? 0 : 1),
};

function sorted(infos: readonly SubvolumeInfo[], order: string | undefined): SubvolumeInfo[] | undefined {
  const keys: ((left: SubvolumeInfo, right: SubvolumeInfo) => number)[] = [];
  for (const word of order?.split(",") ?? []) {
    const compare = SORTS[word.replace(/^[+-]/, "")];
    if (compare === undefined) return undefined;
    keys.push(word.startsWith("-") ? (left, right) => compare(right, left) : compare);
  }
  return infos.toSorted((left, right) => {
    for (const compare of keys) {
      const difference = compare(left, right);
      if (difference !== 0) return difference;
    }
    return left.id - right.id;
  });
}

function columnsOf(options: ParsedOptions): Column[] {
  const isOn = (name: string): boolean => options.has(name);
  const snapshots = isOn("s");
  return [
    COLUMNS.id,
    COLUMNS.gen,
    ...(isOn("c") || snapshots || isOn("C") ? [COLUMNS.cgen] : []),
    ...(isOn("p") ? [COLUMNS.parent] : []),
    COLUMNS.top,
    ...(snapshots ? [COLUMNS.otime] : []),
    ...(isOn("q") ? [COLUMNS.parentUuid] : []),
    ...(isOn("R") ? [COLUMNS.receivedUuid] : []),
    ...(isOn("u") ? [COLUMNS.uuid] : []),
  ];
}

const letter = (short: string, help: string, argument?: string): Verb["options"][number] => ({
  name: short,
  short,
  long: false,
  help,
  ...(argument === undefined ? {} : { argument }),
});

export const list: Verb = {
  name: "list",
  reads: "usage",
  usage: ["list [options] <path>"],
  about: "List subvolumes and snapshots in the filesystem.",
  options: [
    letter("o", "print only subvolumes below specified path"),
    letter("a", "print all the subvolumes in the filesystem and distinguish absolute and relative path with respect to the given <path>"),
    letter("p", "print parent ID"),
    letter("c", "print the ogeneration of the subvolume"),
    letter("g", "print the generation of the subvolume"),
    letter("u", "print the uuid of subvolumes (and snapshots)"),
    letter("q", "print the parent uuid of the snapshots"),
    letter("R", "print the uuid of the received snapshots"),
    letter("s", "list only snapshots"),
    letter("r", "list readonly subvolumes (including snapshots)"),
    letter("d", "list deleted subvolumes that are not yet cleaned"),
    letter("t", "print the result as a table"),
    letter("G", "filter the subvolumes by generation (+value: >= value; -value: <= value; value: = value)", "[+|-]value"),
    letter("C", "filter the subvolumes by ogeneration (+value: >= value; -value: <= value; value: = value)", "[+|-]value"),
    {
      name: "sort",
      argument: "gen,ogen,rootid,path",
      help: "list the subvolume in order of gen, ogen, rootid or path you also can add '+' or '-' in front of each items. (+:ascending, -:descending, ascending default)",
    },
  ],
  operands: [1, 1],
  *run({ proc, options }) {
    const [path = ""] = options.operands;
    const here = directoryOn(proc.sys, path);
    const infos = listed(() => listSubvolumes(proc.sys, path));
    const filters: Filter[] = [];
    const wantsDeleted = options.has("d");
    filters.push((info) => (info.path === undefined) === wantsDeleted);
    if (options.has("o")) filters.push(({ parent }) => parent === here.id);
    if (options.has("s")) filters.push(({ parentUuid }) => parentUuid !== undefined);
    if (options.has("r")) filters.push(({ readOnly }) => readOnly);
    for (const [name, value] of [
      ["G", (info: SubvolumeInfo) => info.generation],
      ["C", (info: SubvolumeInfo) => info.madeIn],
    ] as const) {
      const text = options.value(name);
      if (text === undefined) continue;
      const filter = filterBy(text, value);
      if (filter === undefined) throw new BtrfsError(`${text.replace(/^[+-]/, "")} is not a valid numeric value`);
      filters.push(filter);
    }
    const found = sorted(
      infos.filter((info) => filters.every((filter) => filter(info))),
      options.value("sort"),
    );
    if (found === undefined) throw new BtrfsError(`unknown sort key in ${options.value("sort") ?? ""}`);
    const own = infos.find(({ id }) => id === here.id)?.path;
    const shown = (info: SubvolumeInfo): string => {
      if (info.path === undefined) return DELETED;
      if (options.has("a")) return info.parent === here.id ? info.path : `<FS_TREE>/${info.path}`;
      // What lies below the one that was asked about is told from there.
      const isBelow = !options.has("o") && own !== undefined && info.path.startsWith(`${own}/`);
      return isBelow ? info.path.slice(own.length + 1) : info.path;
    };
    const columns = columnsOf(options);
    const out = stdout(proc);
    if (options.has("t"))
      yield* out.print(
        tableOf(
          found.map((info) => ({ info, path: shown(info) })),
          columns,
        ),
      );
    else for (const info of found) yield* out.print(subvolumeLine(info, columns, shown(info)));
    return 0;
  },
};

function listed<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new BtrfsError(`can't perform the search: ${error.text}`);
  }
}

/** The subvolume in which a directory lies. */
function directoryOn(sys: Parameters<typeof subvolumeAt>[0], path: string): SubvolumeInfo {
  const refuse = (why: string): never => {
    throw new BtrfsError(`${why}\nERROR: can't access '${path}'`);
  };
  try {
    if (sys.statfs(path).type !== "btrfs") return refuse(`not a btrfs filesystem: ${path}`);
    if (sys.stat(path).type !== "dir") return refuse(`not a directory: ${path}`);
    return subvolumeAt(sys, path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return refuse(`cannot access '${path}': ${error.text}`);
  }
}

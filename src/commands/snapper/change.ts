/** `snapper create`, `modify`, `delete`, `mount` and `umount`. Sources: openSUSE/snapper:client/snapper/cmd-{create,modify,delete}.cc. */
import { SnapperError } from "../../engines/snapper/errors.ts";
import { SNAPSHOT_TYPES } from "../../engines/snapper/info.ts";
import type { SnapshotData } from "../../engines/snapper/snapshots.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { Option } from "../command.ts";
import { stdout } from "../output.ts";
import type { Call, Verb } from "./call.ts";
import { GrammarError } from "./grammar.ts";

/** What can be said of a snapshot, in several verbs. */
export const dataOptions = (snapshots: "snapshot" | "snapshots"): readonly Option[] => [
  { name: "description", short: "d", argument: "<description>", help: `Description for ${snapshots}.` },
  {
    name: "cleanup-algorithm",
    short: "c",
    argument: "<algo>",
    help: `Cleanup algorithm for ${snapshots}.`,
    values: ["number", "timeline", "empty-pre-post"],
  },
  { name: "userdata", short: "u", argument: "<userdata>", help: `Userdata for ${snapshots}.` },
];

export function dataOf({ options }: Call): SnapshotData {
  const description = options.value("description");
  const cleanup = options.value("cleanup-algorithm");
  const userdata = options.value("userdata");
  return {
    ...(description === undefined ? {} : { description }),
    ...(cleanup === undefined ? {} : { cleanup }),
    ...(userdata === undefined ? {} : { userdata: parseUserdata(userdata) }),
  };
}

function parseUserdata(text: string): Map<string, string> {
  return new Map(
    text
      .split(",")
      .filter((pair) => pair.trim() !== "")
      .map((pair) => {
        const at = pair.indexOf("=");
        if (at < 0) throw new SnapperError(`Userdata '${pair}' does not include '=' sign.`);
        const key = pair.slice(0, at).trim();
        if (key === "") throw new SnapperError(`Userdata '${pair}' has empty key.`);
        return [key, pair.slice(at + 1).trim()] as const;
      }),
  );
}

const READ_ONLY: readonly Option[] = [{ name: "read-only", help: "Create read-only snapshot." }];

export const create: Verb = {
  name: "create",
  title: "Create snapshot",
  operands: "",
  options: [
    { name: "type", short: "t", argument: "<type>", help: "Type for snapshot.", values: SNAPSHOT_TYPES },
    { name: "pre-number", argument: "<number>", help: "Number of corresponding pre snapshot." },
    { name: "print-number", short: "p", help: "Print number of created snapshot." },
    ...dataOptions("snapshot"),
    { name: "command", argument: "<command>", help: "Run command and create pre and post snapshots." },
    ...READ_ONLY,
    { name: "read-write", help: "Create read-write snapshot." },
    { name: "from", argument: "<number>", help: "Create a snapshot from the specified snapshot." },
  ],
  *run(call) {
    const { options } = call;
    const snapshots = yield* call.opened();
    call.noArguments("create");
    const types = [...SNAPSHOT_TYPES, "pre-post"] as const;
    const asked = options.value("type");
    const command = options.value("command");
    const named = asked === undefined ? "single" : types.find((known) => known === asked);
    if (named === undefined) throw new GrammarError(`Unknown type '${asked ?? ""}'.\nUse single, pre, post or pre-post.`);
    const type = command === undefined ? named : "pre-post";
    const preText = options.value("pre-number");
    const preNum = preText === undefined ? undefined : call.number(preText);
    const data = dataOf(call);
    const access = options.has("read-write") && !options.has("read-only") ? "rw" : "ro";
    const fromText = options.value("from");
    const print = function* (text: string): Run<void> {
      if (options.has("print-number")) yield* call.print(`${text}\n`);
    };
    if (type === "post" && preNum === undefined) throw new GrammarError("Missing or invalid pre-number.");
    if (type === "pre-post" && command === undefined) throw new GrammarError("Missing command option.");
    if (type !== "single" && fromText !== undefined) throw new GrammarError("Option --from only supported for snapshots of type single.");
    switch (type) {
      case "single": {
        const from = fromText === undefined ? 0 : snapshots.find(call.number(fromText)).num;
        yield* print(String(snapshots.create({ ...data, from, access }).num));
        return 0;
      }
      case "pre":
        yield* print(String(snapshots.create({ ...data, type: "pre" }).num));
        return 0;
      case "post":
        yield* print(String(snapshots.create({ ...data, type: "post", preNum: snapshots.find(preNum ?? 0).num }).num));
        return 0;
      case "pre-post": {
        const pre = snapshots.create({ ...data, type: "pre" });
        yield* shell(call.proc, command ?? "");
        const post = snapshots.create({ ...data, type: "post", preNum: pre.num });
        yield* print(`${pre.num}..${post.num}`);
        return 0;
      }
    }
  },
};

/** system(3). */
export function* shell(proc: Process, command: string): Run<void> {
  yield* stdout(proc).flush();
  const { pid } = proc.spawn({ argv: ["sh", "-c", command], program: { path: "/bin/sh" } });
  yield* proc.wait(pid);
}

export const modify: Verb = {
  name: "modify",
  title: "Modify snapshot",
  operands: "<number>",
  options: [
    ...dataOptions("snapshot"),
    { name: "read-only", help: "Set snapshot read-only." },
    { name: "read-write", help: "Set snapshot read-write." },
    { name: "default", help: "Set snapshot as default snapshot." },
  ],
  *run(call) {
    const { options } = call;
    const snapshots = yield* call.opened();
    if (call.args.length === 0) throw new GrammarError("Command 'modify' needs at least one argument.");
    const data = dataOf(call);
    for (const text of call.args) {
      const { num } = snapshots.find(call.number(text));
      if (Object.keys(data).length > 0) snapshots.modify(num, data);
      if (options.has("read-only") || options.has("read-write")) snapshots.setReadOnly(num, options.has("read-only"));
      if (options.has("default")) snapshots.setDefault(num);
    }
    return 0;
  },
};

export const remove: Verb = {
  name: "delete",
  alsoAs: ["remove", "rm"],
  title: "Delete snapshot",
  operands: "<number>",
  options: [{ name: "sync", short: "s", help: "Sync after deletion." }],
  *run(call) {
    const snapshots = yield* call.opened();
    if (call.args.length === 0) throw new GrammarError("Command 'delete' needs at least one argument.");
    const numbers = call.args.flatMap((text) => {
      const range = /^([^-]+)-([^-]+)$/.exec(text);
      if (range === null) return [snapshots.find(call.number(text)).num];
      const ends = [range[1] ?? "", range[2] ?? ""].map((end) => snapshots.find(call.number(end)).num);
      return snapshots.all.map(({ num }) => num).filter((num) => num >= Math.min(...ends) && num <= Math.max(...ends));
    });
    const refused = new Map(numbers.map((num) => [num, snapshots.refusal(num)] as const));
    for (const why of refused.values()) if (why !== undefined) yield* call.warn(why);
    for (const [num, why] of refused) if (why === undefined) snapshots.delete(num);
    if (call.options.has("sync")) call.proc.sys.sync();
    return 0;
  },
};

/** Snapshots of Btrfs are there without being mounted. */
const mounting = (name: "mount" | "umount", title: string): Verb => ({
  name,
  title,
  operands: "<number>",
  options: [],
  *run(call) {
    const snapshots = yield* call.opened();
    if (call.args.length === 0) throw new GrammarError(`Command '${name}' needs at least one argument.`, false);
    for (const text of call.args) snapshots.find(call.number(text));
    return 0;
  },
});

export const mount = mounting("mount", "Mount snapshot");
export const umount = mounting("umount", "Umount snapshot");

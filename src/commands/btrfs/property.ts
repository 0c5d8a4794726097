/** btrfs-property(8). */
import { isReadOnly, isSubvolume, setLabel, setReadOnly, btrfsInfo, subvolumeAt } from "../../vfs/btrfs/calls.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { BtrfsError, orFail } from "./verb.ts";
import type { Group, Verb } from "./verb.ts";

type ObjectType = "subvol" | "filesystem" | "inode" | "device";

const TYPES: readonly ObjectType[] = ["inode", "subvol", "filesystem", "device"];

interface Property {
  readonly name: string;
  readonly about: string;
  readonly of: readonly ObjectType[];
  /** Undefined: there is nothing to say. */
  get(sys: Sys, object: string): string | undefined;
  set(sys: Sys, object: string, value: string, force: boolean): void;
}

const ro: Property = {
  name: "ro",
  about: "read-only status of a subvolume",
  of: ["subvol"],
  get: (sys, object) => String(orFail("Could not get subvolume flags", () => isReadOnly(sys, object))),
  set(sys, object, value, force) {
    if (value !== "true" && value !== "false") throw new BtrfsError(`invalid value for property: ${value}`);
    const { receivedUuid, readOnly } = orFail("Could not get subvolume flags", () => subvolumeAt(sys, object));
    if (readOnly && value === "false" && receivedUuid !== undefined && !force)
      throw new BtrfsError(
        "cannot flip ro->rw with received_uuid set, use force option -f if you really want unset the read-only status. " +
          "The value of received_uuid is used for incremental send, consider making a snapshot instead. " +
          "Read more at btrfs-subvolume(8) and Subvolume flags.",
      );
    if (readOnly !== (value === "true")) orFail("Could not set subvolume flags", () => setReadOnly(sys, object, value === "true"));
  },
};

const label: Property = {
  name: "label",
  about: "label of the filesystem",
  of: ["filesystem", "device"],
  get: (sys, object) => orFail(`unable to get label of ${object}`, () => btrfsInfo(sys, object).label),
  set: (sys, object, value) => orFail(`unable to set label of ${object}`, () => setLabel(sys, object, value)),
};

const compression: Property = {
  name: "compression",
  about: "compression algorithm for the file or directory",
  of: ["inode"],
  get: () => undefined,
  set() {
    throw new BtrfsError("setting a compression is not built in Immutable Lab");
  },
};

const PROPERTIES: readonly Property[] = [ro, label, compression];

/** What `object` may be taken for. */
function typesOf(sys: Sys, object: string): ObjectType[] {
  const { type } = orFail("failed to detect object type", () => sys.stat(object));
  if (type === "block") return ["device"];
  if (sys.statfs(object).type !== "btrfs") throw new BtrfsError(`object is not a btrfs object: ${object}`);
  const types: ObjectType[] = ["inode"];
  if (type === "dir" && isSubvolume(sys, object)) types.push("subvol");
  if (isTop(sys, object)) types.push("filesystem");
  return types;
}

/** Whether another file system is above, or nothing (check_is_root()). */
function isTop(sys: Sys, object: string): boolean {
  const uuidOf = (path: string): string | undefined => {
    try {
      return btrfsInfo(sys, path).uuid;
    } catch (error) {
      if (isSysError(error)) return undefined;
      throw error;
    }
  };
  if (sys.stat(object).type !== "dir") return false;
  return sys.realpath(object) === "/" || uuidOf(`${object}/..`) !== uuidOf(object);
}

function chosenTypes(sys: Sys, object: string, given: string | undefined): ObjectType[] {
  const types = typesOf(sys, object);
  if (given === undefined) return types;
  const wanted = TYPES.find((type) => type === given || type.charAt(0) === given);
  if (wanted === undefined) throw new BtrfsError(`invalid object type: ${given}`);
  if (wanted === "device") return ["device"];
  if (!types.includes(wanted)) throw new BtrfsError("type of object does not match the type given");
  return [wanted];
}

const TYPE_OPTION = {
  name: "t",
  short: "t",
  long: false,
  argument: "<TYPE>",
  help: "list properties for the given object type (inode, subvol, filesystem, device)",
} as const;

function propertyOf(name: string, types: readonly ObjectType[]): Property {
  const property = PROPERTIES.find((each) => each.name === name);
  if (property === undefined) throw new BtrfsError(`unknown property: ${name}`);
  if (!property.of.some((type) => types.includes(type))) throw new BtrfsError(`object is not compatible with property: ${name}`);
  return property;
}

function fitting(types: readonly ObjectType[]): Property[] {
  return PROPERTIES.filter((property) => property.of.some((type) => types.includes(type)));
}

const get: Verb = {
  name: "get",
  reads: "short options",
  usage: ["get [-t <type>] <object> [<name>]"],
  about: "Get a property value of a btrfs object",
  options: [TYPE_OPTION],
  operands: [1, 2],
  simplified: "nothing is ever compressed",
  *run({ proc, options }) {
    const [object = "", name] = options.operands;
    const types = chosenTypes(proc.sys, object, options.value("t"));
    for (const property of name === undefined ? fitting(types) : [propertyOf(name, types)]) {
      const value = property.get(proc.sys, object);
      if (value !== undefined) yield* proc.print(`${property.name}=${value}\n`);
    }
    return 0;
  },
};

const set: Verb = {
  name: "set",
  reads: "short options",
  usage: ["set [-f] [-t <type>] <object> <name> <value>"],
  about: "Set a property on a btrfs object",
  options: [TYPE_OPTION, { name: "f", short: "f", long: false, help: "force the change" }],
  operands: [3, Infinity],
  simplified: "nothing is ever compressed",
  *run({ proc, options }) {
    const [object = "", name = "", value = ""] = options.operands;
    const property = propertyOf(name, chosenTypes(proc.sys, object, options.value("t")));
    property.set(proc.sys, object, value, options.has("f"));
    return 0;
  },
};

const list: Verb = {
  name: "list",
  reads: "short options",
  usage: ["list [-t <type>] <object>"],
  about: "Lists available properties with their descriptions for the given object",
  options: [TYPE_OPTION],
  operands: [1, 1],
  *run({ proc, options }) {
    const [object = ""] = options.operands;
    for (const { name, about } of fitting(chosenTypes(proc.sys, object, options.value("t"))))
      yield* proc.print(`${name.padEnd(20)}${about}\n`);
    return 0;
  },
};

export const property: Group = { name: "property", about: "modify properties of filesystem objects", verbs: [get, set, list] };

/**
 * What an app may see and do: `[Context]` of its metadata, of overrides and of the command line, one laid over the other.
 * Source: flatpak/flatpak:common/flatpak-context.c; order of lists as `flatpak override --show` prints them.
 */
import { OstreeError } from "../ostree/errors.ts";
import { hashOrder } from "../ostree/hash-order.ts";
import { KeyFile } from "../ostree/keyfile.ts";

const FLAGS = {
  shared: { noun: "share", values: ["network", "ipc"] },
  sockets: {
    noun: "socket",
    values: ["x11", "wayland", "pulseaudio", "session-bus", "system-bus", "fallback-x11", "ssh-auth", "pcsc", "cups", "gpg-agent"],
  },
  devices: { noun: "device", values: ["dri", "all", "kvm", "shm"] },
  features: { noun: "feature", values: ["devel", "multiarch", "bluetooth", "canbus", "per-app-dev-shm"] },
} as const;

export type FlagSet = keyof typeof FLAGS;

/** "talk", "own", "see", or "none" where it was taken away. */
type Policy = string;

const FLAG_SETS = Object.keys(FLAGS) as FlagSet[];
const SPECIAL_PLACES = ["host", "host-os", "host-etc", "home"];
/** Which an app may be given as `xdg-NAME`, or a part of; of `xdg-run` only a part. */
const USER_DIRECTORIES = [
  "desktop", "documents", "download", "music", "pictures", "public-share", "templates", "videos", "config", "cache", "data",
]; // prettier-ignore
const KNOWN_GROUPS = ["Context", "Session Bus Policy", "System Bus Policy", "Environment"];

export class Context {
  /** By name: given (true) or taken away (false). */
  readonly flags: Readonly<Record<FlagSet, Map<string, boolean>>> = {
    shared: new Map(),
    sockets: new Map(),
    devices: new Map(),
    features: new Map(),
  };
  /** By place: "", ":ro", ":create"; undefined where it was taken away. */
  readonly filesystems = new Map<string, string | undefined>();
  readonly persistent = new Set<string>();
  /** What was odd about what was given, and was let pass. */
  readonly warnings: string[] = [];
  readonly sessionBus = new Map<string, Policy>();
  readonly systemBus = new Map<string, Policy>();
  /** By variable; undefined where it is unset. */
  readonly environment = new Map<string, string | undefined>();
  /** By subsystem and key: values, those with "!" taken away. */
  readonly policies = new Map<string, Map<string, string[]>>();

  static parse(text: string): Context {
    const file = KeyFile.parse(text);
    const context = new Context();
    for (const set of FLAG_SETS)
      for (const item of file.getList("Context", set)) context.flags[set].set(item.replace(/^!/, ""), !item.startsWith("!"));
    for (const item of file.getList("Context", "filesystems")) context.#putPlace(item.replace(/^!/, ""), !item.startsWith("!"));
    for (const item of file.getList("Context", "persistent")) context.persistent.add(item);
    for (const [group, into] of [
      ["Session Bus Policy", context.sessionBus],
      ["System Bus Policy", context.systemBus],
      ["Environment", context.environment],
    ] as const)
      for (const key of file.keys(group)) into.set(key, file.get(group, key) ?? "");
    for (const name of file.getList("Context", "unset-environment")) context.environment.set(name, undefined);
    for (const group of file.groups()) {
      const subsystem = /^Policy (.+)$/.exec(group)?.[1];
      if (subsystem === undefined) continue;
      for (const key of file.keys(group)) for (const value of file.getList(group, key)) context.#policy(subsystem, key).push(value);
    }
    return context;
  }

  /** `--share`, `--nosocket` and their kin. Throws `OstreeError`. */
  setFlag(set: FlagSet, name: string, isGiven: boolean): void {
    const { noun, values } = FLAGS[set];
    if (!(values as readonly string[]).includes(name))
      throw new OstreeError(`Unknown ${noun} type ${name}, valid types are: ${values.join(", ")}`);
    this.flags[set].set(name, isGiven);
  }

  /** `--filesystem=PLACE[:ro]` and `--nofilesystem=PLACE`. Throws `OstreeError`. */
  setFilesystem(text: string, isGiven: boolean): void {
    const { place, odd } = splitPlace(text);
    if (odd !== undefined) this.warnings.push(`Unexpected filesystem suffix ${odd}, ignoring`);
    if (place.includes("/../")) throw new OstreeError(`Filesystem location "${place}" contains ".."`);
    if (place === "/") throw new OstreeError("--filesystem=/ is not available, use --filesystem=host for a similar result");
    const directory = /^xdg-([a-z-]+)(?=\/|$)/.exec(place)?.[1] ?? "";
    const known =
      SPECIAL_PLACES.includes(place) || USER_DIRECTORIES.includes(directory) || place.startsWith("xdg-run/") || /^(~(\/|$)|\/)/.test(place);
    if (!known)
      throw new OstreeError(
        `Unknown filesystem location ${place}, valid locations are: host, host-os, host-etc, home, xdg-*[/…], ~/dir, /dir`,
      );
    this.#putPlace(text, isGiven);
  }

  #putPlace(text: string, isGiven: boolean): void {
    const { place, mode } = splitPlace(text);
    this.filesystems.set(place, isGiven ? mode : undefined);
  }

  /** Throws `OstreeError`. */
  setBusName(bus: "sessionBus" | "systemBus", name: string, policy: Policy): void {
    if (!/^[A-Za-z_-][\w-]*(\.[A-Za-z_-][\w-]*)+(\.\*)?$/.test(name)) throw new OstreeError(`Invalid dbus name ${name}`);
    this[bus].set(name, policy);
  }

  /** `--env=VAR=VALUE`. Throws `OstreeError`. */
  setEnvironment(text: string): void {
    const at = text.indexOf("=");
    if (at < 1) throw new OstreeError(`Invalid env format ${text}`);
    this.environment.set(text.slice(0, at), text.slice(at + 1));
  }

  /** `--add-policy=SUBSYSTEM.KEY=VALUE`. Throws `OstreeError`. */
  setPolicy(option: string, text: string, isGiven: boolean): void {
    const [, subsystem, key, value] = /^([^.=]+)\.([^=]+)=(.*)$/.exec(text) ?? [];
    if (subsystem === undefined || key === undefined || value === undefined)
      throw new OstreeError(`--${option} arguments must be in the form SUBSYSTEM.KEY=VALUE`);
    this.#policy(subsystem, key).push(isGiven ? value : `!${value}`);
  }

  #policy(subsystem: string, key: string): string[] {
    const keys = this.policies.get(subsystem) ?? new Map<string, string[]>();
    this.policies.set(subsystem, keys);
    const values = keys.get(key) ?? [];
    keys.set(key, values);
    return values;
  }

  /** Lays `other` over this one. */
  merge(other: Context): void {
    for (const set of FLAG_SETS) for (const [name, given] of other.flags[set]) this.flags[set].set(name, given);
    for (const [place, mode] of other.filesystems) this.filesystems.set(place, mode);
    for (const name of other.persistent) this.persistent.add(name);
    for (const bus of ["sessionBus", "systemBus"] as const) for (const [name, policy] of other[bus]) this[bus].set(name, policy);
    for (const [name, value] of other.environment) this.environment.set(name, value);
    for (const [subsystem, keys] of other.policies)
      for (const [key, values] of keys) for (const value of values) this.#policy(subsystem, key).push(value);
  }

  has(set: FlagSet, name: string): boolean {
    return this.flags[set].get(name) === true;
  }

  /** Where nothing is said at all. */
  get isEmpty(): boolean {
    return this.toString() === "";
  }

  /** As a key file. `flatten`: only what is given, as `flatpak info --show-permissions`. `file`: into that, whose order stays. */
  toString(flatten = false, file = new KeyFile()): string {
    const list = (key: string, items: readonly string[]): void => {
      if (items.length > 0) file.set("Context", key, `${items.join(";")};`);
      else file.remove("Context", key);
    };
    for (const group of file.groups()) if (group !== "Context") file.remove(group);
    for (const set of FLAG_SETS) list(set, this.#flagItems(set, flatten));
    // Where all that was said took places away there is an empty list.
    if (flatten && this.filesystems.size > 0 && this.#places(true).length === 0) file.set("Context", "filesystems", "");
    else list("filesystems", this.#places(flatten));
    list("persistent", [...this.persistent]);
    const unset = [...this.environment].flatMap(([name, value]) => (value === undefined ? [name] : []));
    list("unset-environment", unset);
    for (const [group, bus] of [
      ["Session Bus Policy", this.sessionBus],
      ["System Bus Policy", this.systemBus],
    ] as const)
      for (const [name, policy] of [...bus].sort()) if (!flatten || policy !== "none") file.set(group, name, policy);
    for (const name of hashOrder([...this.environment.keys()])) {
      const value = this.environment.get(name);
      file.set("Environment", name, value ?? "");
    }
    for (const [subsystem, keys] of this.policies)
      for (const [key, values] of keys) {
        const shown = flatten ? values.filter((value) => !value.startsWith("!")) : values;
        if (shown.length > 0) file.set(`Policy ${subsystem}`, key, `${shown.join(";")};`);
      }
    return file.toString();
  }

  /** In the order of the tool's own table. */
  #flagItems(set: FlagSet, flatten: boolean): string[] {
    const known = FLAGS[set].values as readonly string[];
    return known.flatMap((name) => {
      const given = this.flags[set].get(name);
      return given === undefined || (flatten && !given) ? [] : [given ? name : `!${name}`];
    });
  }

  /** As a hash table of GLib's has them. */
  #places(flatten: boolean): string[] {
    const items = [...this.filesystems].filter(([, mode]) => !flatten || mode !== undefined);
    return hashOrder(items.map(([place]) => place)).map((place) => {
      const mode = this.filesystems.get(place);
      return mode === undefined ? `!${place}` : place + mode;
    });
  }
}

/** The groups of a metadata file that are permissions, as a key file. */
export function permissionsOf(metadata: string): Context {
  const file = KeyFile.parse(metadata);
  const own = file.groups().filter((group) => KNOWN_GROUPS.includes(group) || group.startsWith("Policy "));
  const text = own.map(
    (group) =>
      `[${group}]\n${file
        .keys(group)
        .map((key) => `${key}=${file.get(group, key) ?? ""}\n`)
        .join("")}`,
  );
  return Context.parse(text.join("\n"));
}

/** A place in its plainest form (`~` is `home`), how it may be used, and what else was behind a colon. */
function splitPlace(text: string): { readonly place: string; readonly mode: string; readonly odd: string | undefined } {
  const [, written = text, suffix] = /^(.*):([^:]*)$/.exec(text) ?? [];
  const isMode = suffix === "ro" || suffix === "create";
  const short = written.replace(/\/+/g, "/").replace(/(.)\/$/, "$1");
  const place = short === "~" ? "home" : short.replace(/^home\//, "~/");
  return { place, mode: isMode ? `:${suffix}` : "", odd: isMode || suffix === "rw" ? undefined : suffix };
}

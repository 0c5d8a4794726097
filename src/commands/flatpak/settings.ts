/** flatpak override, mask, pin, config, make-current, repair: what is settled for apps without installing anything. */
import { OstreeError } from "../../engines/ostree/errors.ts";
import { lstat, removeTree } from "../../engines/ostree/files.ts";
import { drive, watchNothing } from "../../engines/ostree/process.ts";
import { hashOrder } from "../../engines/ostree/hash-order.ts";
import { Context } from "../../engines/flatpak/context.ts";
import { makeCurrent, pruneRepository } from "../../engines/flatpak/deploy.ts";
import type { Installation } from "../../engines/flatpak/installation.ts";
import { nameProblem, parseRef } from "../../engines/flatpak/ref.ts";
import type { ParsedOptions } from "../command.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { installedRef } from "./list.ts";
import { checkOperands, installationOf, Misuse, type Call, type Verb } from "./verb.ts";

/** The permissions that a command line gives and takes, in its order. Throws `OstreeError`. */
export function contextOf(options: ParsedOptions): Context {
  const context = new Context();
  for (const { name, value = "" } of options.order) {
    switch (name) {
      case "share":
      case "unshare":
        context.setFlag("shared", value, name === "share");
        break;
      case "socket":
      case "nosocket":
        context.setFlag("sockets", value, name === "socket");
        break;
      case "device":
      case "nodevice":
        context.setFlag("devices", value, name === "device");
        break;
      case "allow":
      case "disallow":
        context.setFlag("features", value, name === "allow");
        break;
      case "filesystem":
      case "nofilesystem":
        context.setFilesystem(value, name === "filesystem");
        break;
      case "env":
        context.setEnvironment(value);
        break;
      case "unset-env":
        context.environment.set(value, undefined);
        break;
      case "own-name":
        context.setBusName("sessionBus", value, "own");
        break;
      case "talk-name":
        context.setBusName("sessionBus", value, "talk");
        break;
      case "no-talk-name":
        context.setBusName("sessionBus", value, "none");
        break;
      case "system-own-name":
        context.setBusName("systemBus", value, "own");
        break;
      case "system-talk-name":
        context.setBusName("systemBus", value, "talk");
        break;
      case "system-no-talk-name":
        context.setBusName("systemBus", value, "none");
        break;
      case "add-policy":
      case "remove-policy":
        context.setPolicy(name, value, name === "add-policy");
        break;
      case "persist":
        context.persistent.add(value);
        break;
    }
  }
  return context;
}

export const override: Verb = {
  name: "override",
  unbuilt: ["env-fd"],
  *run(call) {
    const { proc, options } = call;
    const [id] = options.operands;
    checkOperands(call, 1);
    const wrong = id === undefined ? undefined : nameProblem(id);
    if (wrong !== undefined) throw new OstreeError(`'${id}' is not a valid application name: ${wrong}`);
    const at = installationOf(call);
    if (options.has("show")) {
      yield* proc.print(at.overridesText(id));
      return 0;
    }
    if (options.has("reset")) {
      return at.removeOverrides(id) ? 0 : 1;
    }
    const given = contextOf(options);
    for (const warning of given.warnings) yield* proc.printError(`F: ${warning}\n`);
    const context = at.overrides(id);
    context.merge(given);
    at.ensured();
    at.writeOverrides(id, context);
    return 0;
  },
};

function* patterns(call: Call, key: "masked" | "pinned"): Run<ExitStatus> {
  const { proc, options } = call;
  const at = installationOf(call);
  const given = options.operands;
  at.ensured();
  const present = at.patterns(key);
  if (given.length === 0) {
    const isTerminal = proc.sys.isatty(1);
    const word = key === "masked" ? "Masked" : "Pinned";
    if (present.length === 0) yield* proc.print(isTerminal ? `No ${word.toLowerCase()} patterns\n` : "");
    else yield* proc.print(`${isTerminal ? `${word} patterns:\n` : ""}${present.map((pattern) => `  ${pattern}\n`).join("")}`);
    return 0;
  }
  if (options.has("remove")) {
    for (const pattern of given) if (!present.includes(pattern)) throw new OstreeError(`No current ${key} pattern matching ${pattern}`);
    at.setPatterns(
      key,
      present.filter((pattern) => !given.includes(pattern)),
    );
    return 0;
  }
  for (const pattern of given) {
    const wrong = patternProblem(pattern, key === "pinned");
    if (wrong !== undefined) throw new OstreeError(wrong);
  }
  at.setPatterns(key, [...present, ...given]);
  return 0;
}

/** What is wrong with a pattern of refs (flatpak_parse_glob…). */
function patternProblem(pattern: string, isOfRuntimes: boolean): string | undefined {
  const kind = /^(app|runtime)\//.exec(pattern)?.[1];
  const parts = pattern.slice(kind === undefined ? 0 : kind.length + 1).split("/");
  if (isOfRuntimes && kind === "app") return "Glob can't match apps";
  if (parts.length === 1 && parts[0] === "") return "Empty glob";
  if (parts.length > 3) return "Too many segments in glob";
  const odd = /[^\w.*/-]/.exec(pattern)?.[0];
  return odd === undefined ? undefined : `Invalid glob character '${odd}'`;
}

export const mask: Verb = { name: "mask", run: (call) => patterns(call, "masked") };
export const pin: Verb = { name: "pin", run: (call) => patterns(call, "pinned") };

const KEYS = ["languages", "extra-languages"];

export const config: Verb = {
  name: "config",
  *run(call) {
    const { proc, options } = call;
    const [key, value] = options.operands;
    const modes = ["list", "get", "set", "unset"].filter((mode) => options.has(mode));
    if (modes.length > 1) throw new Misuse("Can only use one of --list, --get, --set or --unset");
    const mode = modes[0] ?? "list";
    const at = installationOf(call);
    const most = { list: 0, get: 1, set: 2, unset: 1 }[mode] ?? 0;
    if (options.operands.length > most) throw new Misuse(`Too many arguments for --${mode}`);
    if (options.operands.length < most) throw new Misuse(mode === "set" ? "You must specify KEY and VALUE" : "You must specify KEY");
    const shown = (name: string): string => {
      const set = at.setting(name);
      return set === undefined ? "*unset*" : set === "" && name === "languages" ? "*all*" : set;
    };
    if (mode === "list") {
      if (at.repository === undefined) at.ensured();
      yield* proc.print(
        `languages: ${shown("languages")} (default: ${defaultLanguages(call, at.setting("extra-languages"))})\nextra-languages: ${shown("extra-languages")}\n`,
      );
      return 0;
    }
    if (key === undefined || !KEYS.includes(key)) throw new OstreeError(`Unknown configure key '${key ?? ""}'`);
    if (mode === "get") yield* proc.print(`${shown(key)}\n`);
    else at.setSetting(key, mode === "set" ? settingOf(key, value ?? "") : undefined);
    return 0;
  },
};

/** What is written for `value`: of `languages` an empty list is all of them. Throws `OstreeError`. */
function settingOf(key: string, value: string): string {
  const isLanguages = key === "languages";
  if (value === "" || (isLanguages && (value === "*" || value === "*all*"))) return "";
  const form = isLanguages ? /^[a-z]{2,}$/ : /^[a-z]{2,}(_[A-Z]+)?(\.[\w-]+)?(@[\w-]+)?$/;
  const odd = value.split(";").find((part) => !form.test(part));
  if (odd !== undefined) throw new OstreeError(`'${odd}' does not look like a ${isLanguages ? "language" : "language/locale"} code`);
  return value;
}

/** Of the session's locale and of the extra ones; "C" has none. Without any all are. */
function defaultLanguages({ proc }: Call, extra = ""): string {
  const locale = proc.env.get("LC_ALL") ?? proc.env.get("LC_MESSAGES") ?? proc.env.get("LANG") ?? "C";
  const languages = [locale, ...extra.split(";")].flatMap((each) => /^([a-z]{2,3})(?=[_.@]|$)/.exec(each)?.[1] ?? []);
  return languages.length === 0 ? "*all*" : [...new Set(languages)].sort().join(";");
}

export const makeCurrentVerb: Verb = {
  name: "make-current",
  *run(call) {
    const [app, branch] = call.options.operands;
    if (app === undefined) throw new Misuse("APP must be specified");
    if (branch === undefined) throw new Misuse("BRANCH must be specified");
    checkOperands(call, 2);
    const at = installationOf(call);
    at.ensured();
    const { ref } = installedRef([at], app, branch, call.options.value("arch"), "app");
    at.change("Configure", () => makeCurrent(at, ref));
    return 0;
  },
};

function isDeployed(at: Installation, refspec: string): boolean {
  const ref = parseRef(refspec.slice(refspec.indexOf(":") + 1));
  return ref !== undefined && at.deployedAt(ref) !== undefined;
}

/** @simplified Objects are looked at by their presence, not by their checksums. */
export const repair: Verb = {
  name: "repair",
  unbuilt: ["reinstall-all"],
  *run(call) {
    const { proc, options } = call;
    const at = installationOf(call);
    const repo = at.ensured();
    const mayChange = at.name === "user" || proc.sys.credentials.uid === 0;
    yield* proc.print(`Working on the ${at.name} installation at ${at.path}\n`);
    if (!mayChange && !options.has("dry-run")) yield* proc.print("Privileges are required to make changes; assuming --dry-run\n");
    const refs = repo.refs();
    const names = hashOrder([...refs.keys()]);
    for (const [i, name] of names.entries()) {
      if (!name.includes(":")) continue; // where it is deployed, not what was fetched
      if (!isDeployed(at, name)) {
        const isKept = options.has("dry-run") || !mayChange;
        yield* proc.print(`${isKept ? "Skipping" : "Removing"} non-deployed ref ${name}…\n`);
        if (!isKept) repo.deleteRef(name);
        continue;
      }
      yield* proc.print(`[${i + 1}/${names.length}] Verifying ${name}…\n`);
      const commit = refs.get(name) ?? "";
      if (!repo.hasObject(commit, "commit")) yield* proc.print(`Problems in ${name}: Object missing: ${commit}.commit\n`);
    }
    yield* proc.print("Checking remotes...\n");
    if (options.has("dry-run") || !mayChange) return 0;
    yield* proc.print("Pruning objects\n");
    yield* drive(proc, pruneRepository(at), watchNothing);
    if (lstat(proc.sys, `${at.path}/.removed`)) {
      yield* proc.print("Erasing .removed\n");
      removeTree(proc.sys, `${at.path}/.removed`);
    }
    return 0;
  },
};

/** transactional-update's command line. Source: openSUSE/transactional-update:sbin/transactional-update.in, man/transactional-update.8.xml. */
import type { Option } from "../command.ts";

export interface Plan {
  readonly zypper: { readonly words: string; readonly extra: readonly string[] } | undefined;
  readonly isDup: boolean;
  /** zypper is a plug-in's, which is told of its root in another way and asked no question first. */
  readonly isMigration: boolean;
  /** Arguments by which zypper asks nothing; "" where it may ask. */
  readonly nonInteractive: string;
  readonly cleanup: ReadonlySet<"snapshots" | "overlays">;
  readonly grubCfg: boolean;
  readonly bootloader: boolean;
  readonly initrd: boolean;
  readonly kdump: boolean;
  readonly shell: boolean;
  readonly run: readonly string[] | undefined;
  readonly apply: boolean;
  readonly reboot: boolean;
  /** "" is the snapshot that runs. */
  readonly rollback: string | undefined;
  /** What the new snapshot is made of: "" is what runs, "default", or a number. */
  readonly base: string;
  readonly selfUpdate: boolean;
  readonly keep: boolean;
  readonly quiet: boolean;
  /** For tukit. */
  readonly tukit: readonly string[];
  readonly hasCommand: boolean;
}

/** What ends the program before it has begun. */
export type Answer =
  | { readonly kind: "usage"; readonly status: 0 | 1 }
  | { readonly kind: "version" }
  | { readonly kind: "refused"; readonly stdout?: string; readonly stderr?: string };

export const GENERAL = [
  ["apply", "Switch into default snapshot without reboot"],
  ["cleanup", "Mark unused snapshots for snapper removal"],
  ["grub.cfg", "Regenerate grub.cfg"],
  ["bootloader", "Reinstall the bootloader"],
  ["initrd", "Regenerate initrd"],
  ["kdump", "Regenerate kdump initrd (fadump only)"],
  ["shell", "Open rw shell in new snapshot before exiting"],
  ["reboot", "Reboot after update"],
  ["run <cmd>", "Run a command in a new snapshot"],
  ["setup-fips", "Install and enable FIPS pattern package"],
  ["setup-kdump [--crashkernel=<low>[,<high>]]", "Configure and enable kdump"],
  ["setup-selinux", "Install targeted SELinux policy and enable it"],
] as const;

export const PACKAGE = [
  ["dist-upgrade, dup", "Call 'zypper dup' (n)"],
  ["update, up", "Call 'zypper up' (n)"],
  ["patch", "Call 'zypper patch' (n)"],
  ["migration ...", "Updates systems registered via SCC / SMT (i)"],
  ["pkg install|in ...", "Install individual packages (i)"],
  ["pkg remove|rm ...", "Remove individual packages (i)"],
  ["pkg update|up ...", "Updates individual packages (i)"],
  ["register ...", "Register system via SUSEConnect (implies -d)"],
  ["apply-oci", "Applies system layout based on OCI container (i)"],
] as const;

export const STANDALONE = [
  ["rollback [<number>]", "Set the current or given snapshot as default snapshot"],
  ["rollback last", "Set the last working snapshot as default snapshot"],
] as const;

export const OPTIONS: readonly Option[] = [
  { name: "interactive", short: "i", help: "Use interactive mode for package command" },
  { name: "non-interactive", short: "n", help: "Use non-interactive mode for package command" },
  { name: "continue", short: "c", argument: "[<number>]", help: "Use latest or given snapshot as base" },
  { name: "image", argument: "<image_source>", help: "Specify an image source for apply-oci command", fidelity: "unbuilt" },
  { name: "no-selfupdate", help: "Skip checking for newer version" },
  { name: "drop-if-no-change", short: "d", help: "Drop the snapshot if there is no change" },
  { name: "keep", short: "k", help: "Keep the snapshot even if there is an error" },
  { name: "quiet", help: "Don't print warnings and infos to stdout" },
  { name: "help", short: "h", help: "Display this help and exit" },
  { name: "version", help: "Display version and exit" },
];

/** Commands of the real one that nobody can have here. */
const UNBUILT = ["apply-oci", "setup-fips", "setup-kdump", "setup-selinux", "--image"];

const OTHER_ROOT: Answer = {
  kind: "refused",
  stdout: "transactional-update finished",
  stderr: "ERROR: You cannot set '--root' in transactional-update.",
};

const WITHOUT_QUESTIONS = "-y --auto-agree-with-product-licenses";

/** Reads the words as the script's loop does: from the left, each option for what comes after it. */
export function parse(args: readonly string[], fallback: string): Plan | Answer {
  const plan = {
    zypper: undefined as Plan["zypper"],
    isDup: false,
    isMigration: false,
    nonInteractive: WITHOUT_QUESTIONS,
    cleanup: new Set<"snapshots" | "overlays">(),
    grubCfg: false,
    bootloader: false,
    initrd: false,
    kdump: false,
    shell: false,
    run: undefined as Plan["run"],
    apply: false,
    reboot: false,
    rollback: undefined as string | undefined,
    base: "",
    selfUpdate: true,
    keep: false,
    quiet: false,
    tukit: ["--log=console"],
    hasCommand: false,
  };
  const usage: Answer = { kind: "usage", status: 1 };
  let forced = "";
  const read = (words: readonly string[]): Answer | undefined => {
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? "";
      const rest = words.slice(at + 1);
      if (!word.startsWith("--")) plan.hasCommand = true;
      if (UNBUILT.includes(word)) return { kind: "refused", stderr: `${word} is not built in Immutable Lab` };
      switch (word) {
        case "cleanup":
        case "cleanup-snapshots":
        case "cleanup-overlays":
          if (word !== "cleanup-overlays") plan.cleanup.add("snapshots");
          if (word !== "cleanup-snapshots") plan.cleanup.add("overlays");
          break;
        case "dist-upgrade":
        case "dup":
          plan.isDup = true;
          plan.zypper = { words: "--no-cd dup", extra: [] };
          break;
        case "update":
        case "up":
          plan.zypper = { words: "up", extra: [] };
          break;
        case "patch":
          plan.zypper = { words: "--non-interactive-include-reboot-patches patch", extra: [] };
          break;
        case "ptf":
        case "pkg":
        case "package": {
          const verb = { install: "install", in: "install", remove: "remove", rm: "remove", update: "up", up: "up" }[rest[0] ?? ""];
          const extra = rest.slice(1);
          if (verb === undefined || extra.length === 0) return usage;
          plan.nonInteractive = forced !== "" && verb === "remove" ? "-y" : forced;
          if (extra.includes("--root")) return OTHER_ROOT;
          plan.zypper = { words: verb, extra };
          return undefined;
        }
        case "migration":
          if (rest.includes("--root")) return OTHER_ROOT;
          plan.isMigration = true;
          plan.nonInteractive = forced === "" ? "" : "--non-interactive --auto-agree-with-licenses";
          plan.zypper = { words: "migration --no-snapshots --no-selfupdate", extra: rest };
          return undefined;
        case "register":
          // What SUSE's customers have, and openSUSE has not.
          return rest.length === 0 ? usage : { kind: "refused", stdout: "SUSEConnect does not exist on this system." };
        case "bootloader":
          plan.bootloader = true;
          plan.grubCfg = true;
          break;
        case "grub.cfg":
          plan.grubCfg = true;
          break;
        case "shell":
          plan.shell = true;
          break;
        case "initrd":
          plan.initrd = true;
          plan.kdump = true;
          break;
        case "kdump":
          plan.kdump = true;
          break;
        case "reboot":
          plan.reboot = true;
          break;
        case "rollback":
          plan.selfUpdate = false;
          plan.rollback = "";
          if (rest.length === 1) {
            plan.rollback = rest[0] ?? "";
            return undefined;
          }
          break;
        case "apply":
          plan.apply = true;
          break;
        case "run":
          if (rest.length === 0) return usage;
          plan.run = rest;
          return undefined;
        case "-i":
        case "--interactive":
          plan.nonInteractive = "";
          break;
        case "-n":
        case "--non-interactive":
          forced = plan.nonInteractive;
          break;
        case "-c":
        case "--continue":
          plan.base = /^[0-9]+$/.test(rest[0] ?? "") ? (rest[0] ?? "") : "default";
          if (plan.base !== "default") at++;
          break;
        case "--no-selfupdate":
          plan.selfUpdate = false;
          break;
        case "-d":
        case "--drop-if-no-change":
          plan.tukit.push("--discard");
          break;
        case "-k":
        case "--keep":
          plan.tukit.push("--keep");
          plan.keep = true;
          break;
        case "--quiet":
          plan.tukit.push("--quiet");
          plan.quiet = true;
          break;
        case "-h":
        case "--help":
          return { kind: "usage", status: 0 };
        case "--version":
          return { kind: "version" };
        default:
          return usage;
      }
    }
    return undefined;
  };
  return read(args) ?? (plan.hasCommand ? undefined : read([fallback])) ?? plan;
}

export function usageText(): string {
  const list = (rows: readonly (readonly [string, string])[]): string =>
    rows.map(([name, help]) => `${name.length > 26 ? `${name} ` : name.padEnd(26)} ${help}\n`).join("");
  const options = OPTIONS.map(({ name, short, argument, help }): [string, string] => [
    `--${name}${argument === undefined ? "" : ` ${argument}`}${short === undefined ? "" : `, -${short}`}`,
    help,
  ]);
  return (
    "Syntax: transactional-update [option...] [general-command...] [package-command]\n" +
    "        transactional-update [option...] standalone-command\n\n" +
    "Applies package updates to a new snapshot without touching the running\nsystem.\n\n" +
    `General Commands:\n${list(GENERAL)}\n` +
    `Package Commands:\nDefaults: (i) interactive command; (n) non-interactive command\n${list(PACKAGE)}\n` +
    `Standalone Commands:\n${list(STANDALONE)}\n` +
    `Options:\n${list(options)}`
  );
}

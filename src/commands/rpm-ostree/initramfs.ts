/** `initramfs`, `initramfs-etc`: what this machine adds to the initramfs of the image. */
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { KeyFile } from "../../engines/ostree/keyfile.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import type { Process } from "../../machine/process.ts";
import type { Verb } from "../ostree/goption.ts";
import { GLOBAL_OPTIONS, LOCK_FINALIZATION, REBOOT, STATEROOT, UNCHANGED_77 } from "./options.ts";
import { commandLine, finish, REBOOT_HINT, watchDefault } from "./outcome.ts";
import { rebootSystem } from "./reboot.ts";
import { requireBootedSystem, transact } from "./transaction.ts";
import { updateDeployment } from "./update-deployment.ts";

const GROUP = "rpmostree";

/** @simplified The origin remembers it and the next deployment is made; the initramfs in it is still the image's, as there is no dracut. */
export function initramfs(host: OstreeHost): Verb {
  return {
    name: "initramfs",
    about: "Enable or disable local initramfs regeneration",
    options: [
      STATEROOT,
      { name: "enable", help: "Enable regenerating initramfs locally using dracut", fidelity: "simplified" },
      { name: "arg", argument: "ARG", help: "Append ARG to the dracut arguments" },
      { name: "disable", help: "Disable regenerating initramfs locally" },
      REBOOT,
      LOCK_FINALIZATION,
      ...GLOBAL_OPTIONS,
    ],
    *run(call) {
      const { proc, options } = call;
      requireBootedSystem(proc);
      const [isEnabling, isDisabling] = [options.has("enable"), options.has("disable")];
      if (!isEnabling && !isDisabling) {
        if (options.has("reboot")) throw new OstreeError("--reboot must be used with --enable or --disable");
        if (options.has("arg")) throw new OstreeError("--arg must be used with --enable");
        const origin = firstOrigin(proc);
        const isEnabled = origin?.getBoolean(GROUP, "regenerate-initramfs") ?? false;
        const args = isEnabled ? (origin?.getList(GROUP, "initramfs-args") ?? []) : [];
        yield* proc.print(`Initramfs regeneration: ${isEnabled ? "enabled" : "disabled"}\n`);
        if (args.length > 0) yield* proc.print(`Initramfs args: ${args.map((arg) => `${arg} `).join("")}\n`);
        return 0;
      }
      if (isEnabling && isDisabling) throw new OstreeError("Cannot simultaenously specify --enable and --disable");
      if (isDisabling && options.has("arg")) throw new OstreeError("Cannot simultaenously specify --disable and --arg");
      const request = { method: "SetInitramfsState", action: "bootconfig", title: commandLine(call) };
      yield* transact(proc, request, (transaction) =>
        updateDeployment(transaction, host, {
          keepBase: true,
          isLocked: options.has("lock-finalization"),
          *edit(origin) {
            yield* transaction.proc.tick();
            const was = origin.getBoolean(GROUP, "regenerate-initramfs");
            const args = options.values("arg");
            const old = origin.getList(GROUP, "initramfs-args");
            if (was === isEnabling && (isDisabling || old.join(";") === args.join(";"))) {
              throw new OstreeError(`initramfs regeneration state is already ${was ? "enabled" : "disabled"}`);
            }
            origin.remove(GROUP, "initramfs-args");
            if (isDisabling) removeKey(origin, "regenerate-initramfs");
            else origin.set(GROUP, "regenerate-initramfs", "true");
            if (args.length > 0) origin.set(GROUP, "initramfs-args", args.map((arg) => `${arg};`).join(""));
            return true;
          },
        }),
      );
      yield* proc.print(`Initramfs regeneration is now: ${isEnabling ? "enabled" : "disabled"}\n`);
      if (isDisabling) yield* proc.print("Initramfs will be reset to default on next reboot.\n");
      if (options.has("reboot")) yield* rebootSystem(proc);
      return 0;
    },
  };
}

/** @simplified The origin remembers the files and the next deployment is made; its boot entry names no further initramfs. */
export function initramfsEtc(host: OstreeHost): Verb {
  return {
    name: "initramfs-etc",
    about: "Add files to the initramfs",
    options: [
      STATEROOT,
      { name: "force-sync", help: "Deploy a new tree with the latest tracked /etc files" },
      { name: "track", argument: "FILE", help: "Track root /etc file", fidelity: "simplified" },
      { name: "untrack", argument: "FILE", help: "Untrack root /etc file" },
      { name: "untrack-all", help: "Untrack all root /etc files" },
      REBOOT,
      LOCK_FINALIZATION,
      UNCHANGED_77,
      ...GLOBAL_OPTIONS,
    ],
    *run(call) {
      const { proc, options } = call;
      requireBootedSystem(proc);
      if (!["force-sync", "track", "untrack", "untrack-all"].some((name) => options.has(name))) {
        if (options.has("reboot")) throw new OstreeError("Cannot use ---reboot without --track, --untrack, --untrack-all, or --force-sync");
        const files = trackedFiles(firstOrigin(proc));
        yield* proc.print(files.length === 0 ? "No tracked files.\n" : `Tracked files:\n${files.map((file) => `  ${file}\n`).join("")}`);
        return 0;
      }
      const before = watchDefault(proc);
      const request = { method: "InitramfsEtc", action: "bootconfig", title: commandLine(call) };
      const outcome = yield* transact(proc, request, (transaction) =>
        updateDeployment(transaction, host, {
          keepBase: true,
          isLocked: options.has("lock-finalization"),
          *edit(origin) {
            yield* transaction.proc.tick();
            const outside = [...options.values("track"), ...options.values("untrack")].find((file) => !file.startsWith("/etc/"));
            if (outside !== undefined) throw new OstreeError(`Path outside /etc forbidden: ${outside}`);
            const old = trackedFiles(origin);
            const kept = options.has("untrack-all") ? [] : old.filter((file) => !options.values("untrack").includes(file));
            const next = [...new Set([...kept, ...options.values("track")])].sort();
            if (next.length === 0) removeKey(origin, "initramfs-etc");
            else origin.set(GROUP, "initramfs-etc", next.map((file) => `${file};`).join(""));
            return options.has("force-sync") || next.join(";") !== old.join(";");
          },
        }),
      );
      return yield* finish(call, host, { before, hint: REBOOT_HINT, reboots: options.has("reboot") && outcome === "deployed" });
    },
  };
}

function trackedFiles(origin: KeyFile | undefined): string[] {
  return origin?.getList(GROUP, "initramfs-etc") ?? [];
}

function firstOrigin(proc: Process): KeyFile | undefined {
  return new Sysroot(proc.sys).load().deployments[0]?.origin;
}

function removeKey(origin: KeyFile, key: string): void {
  origin.remove(GROUP, key);
  if (origin.keys(GROUP).length === 0) origin.remove(GROUP);
}

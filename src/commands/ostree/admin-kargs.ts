/** Verbs that change kernel arguments without a new deployment: `kargs edit-in-place`, and the installers' `instutil set-kargs`. */
import { OstreeError } from "../../engines/ostree/errors.ts";
import { formatKernelArgs, hasKernelArg, parseKernelArgs, replaceKernelArg, splitBootOptions } from "../../engines/ostree/kernel-args.ts";
import { readText } from "../../machine/read-text.ts";
import { editBootEntries, writeDeployments } from "../../engines/ostree/write-deployments.ts";
import { requireRoot, spoken, SYSROOT, sysrootOf, withSysroot } from "./admin-call.ts";
import { unbuilt, VERBOSE, VERSION, type Verb } from "./goption.ts";

const COMMON = [SYSROOT, VERBOSE, VERSION];

const editInPlace: Verb = {
  name: "edit-in-place",
  operands: "ARGS",
  about: "Set new kernel command line arguments in place (applies to all deployments by default)",
  hidden: true,
  options: [
    SYSROOT,
    { name: "append-if-missing", argument: "NAME=VALUE", help: "Append kernel arguments if they do not exist" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    return yield* withSysroot(call, function* (_, sysroot) {
      const wanted = call.options.values("append-if-missing");
      yield* spoken(
        call.proc,
        editBootEntries(sysroot, (args) => [...args, ...wanted.filter((arg) => !hasKernelArg(args, arg))]),
      );
      return 0;
    });
  },
};

export const kargs: Verb = {
  name: "kargs",
  about: "Change kernel arguments",
  group: {
    program: "ostree admin kargs",
    operands: "[OPTION…] COMMAND",
    about: "Change kernel arguments",
    options: COMMON,
    verbs: [editInPlace],
  },
  *run() {
    return 1;
  },
};

/** Works where it is: without a mount namespace of its own it meets the read-only /sysroot of a booted system. */
const setKargs: Verb = {
  name: "set-kargs",
  operands: "ARGS",
  about: "Set new kernel command line arguments(Not stable)",
  options: [
    SYSROOT,
    { name: "import-proc-cmdline", help: "Import current /proc/cmdline" },
    { name: "merge", help: "Merge with previous command line" },
    {
      name: "replace",
      argument: "NAME=VALUE",
      help: "Set kernel argument, like root=/dev/sda1; this overrides any earlier argument with the same name",
    },
    {
      name: "append",
      argument: "NAME=VALUE",
      help: "Append kernel argument; useful with e.g. console= that can be used multiple times",
    },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const sysroot = sysrootOf(call, proc);
    const state = sysroot.load();
    if (state.booted) requireRoot(call);
    const [first, ...others] = state.deployments;
    if (!first) throw new OstreeError("Unable to find a deployment in sysroot");
    let args = options.has("import-proc-cmdline")
      ? parseKernelArgs(readText(proc.sys, "/proc/cmdline"))
      : options.has("merge")
        ? splitBootOptions(first.bootConfig.get("options"))
        : [];
    for (const arg of options.values("replace")) {
      const at = arg.indexOf("=");
      args = at < 0 ? [...args.filter((each) => each !== arg), arg] : replaceKernelArg(args, arg.slice(0, at), arg.slice(at + 1));
    }
    args = [...args, ...options.values("append"), ...options.operands];
    const changed = { ...first, bootConfig: new Map([...first.bootConfig, ["options", formatKernelArgs(args)] as const]) };
    yield* spoken(proc, writeDeployments(sysroot, state, [changed, ...others]));
    return 0;
  },
};

export const instutil: Verb = {
  name: "instutil",
  about: "Deprecated commands intended for installer programs",
  hidden: true,
  group: {
    program: "ostree admin instutil",
    operands: "[OPTION…] COMMAND",
    about: "Deprecated commands intended for installer programs",
    options: COMMON,
    verbs: [
      unbuilt("selinux-ensure-labeled", "Relabel all or part of a deployment", "listed", { operands: "[SUBPATH PREFIX]", options: COMMON }),
      setKargs,
      unbuilt("grub2-generate", "Generate GRUB2 configuration from given BLS entries", "listed", {
        operands: "[BOOTVERSION]",
        options: COMMON,
      }),
    ],
  },
  *run() {
    return 1;
  },
};

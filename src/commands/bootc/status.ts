import { OstreeError } from "../../engines/ostree/errors.ts";
import { BOOTED_MARK, Sysroot } from "../../engines/ostree/sysroot.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { exists } from "../../machine/read-text.ts";
import type { Verb } from "./clap.ts";
import { emptyHost, readHost, type Host } from "./host.ts";
import { hostJson, hostYaml, renderHost } from "./render.ts";
import { inContext, requireRoot } from "./storage.ts";

export const status: Verb = {
  name: "status",
  about: "Tell what runs, what is staged and what it can go back to",
  options: [
    { name: "json", help: "As JSON", hidden: true },
    { name: "format", argument: "FORMAT", help: "How to write it", values: ["humanreadable", "yaml", "json"] },
    { name: "format-version", argument: "FORMAT_VERSION", help: "Which version of the format; 0 and 1 are the same", number: true },
    { name: "booted", help: "Only the deployment that runs" },
    { name: "verbose", short: "v", help: "More fields, for people" },
  ],
  *run(call): Run<ExitStatus> {
    const { proc } = call;
    yield* inContext(
      "Status",
      (function* (): Run<void> {
        const version = call.value("format-version");
        if (version !== undefined && Number(version) > 1) throw new OstreeError(`Unsupported format version: ${Number(version)}`);
        const host = readNow(proc);
        const shown = call.has("booted") ? { ...host, status: { ...host.status, staged: null, rollback: null } } : host;
        const format = call.value("format") ?? (call.has("json") ? "json" : proc.sys.isatty(1) ? "humanreadable" : "yaml");
        yield* proc.print(
          format === "json" ? hostJson(shown) : format === "yaml" ? hostYaml(shown) : renderHost(shown, call.has("verbose")),
        );
      })(),
    );
    return 0;
  },
};

function readNow(proc: Process): Host {
  if (!exists(proc.sys, BOOTED_MARK)) return emptyHost();
  requireRoot(proc);
  const sysroot = new Sysroot(proc.sys);
  const state = sysroot.load();
  return state.booted ? readHost(sysroot, state) : emptyHost();
}

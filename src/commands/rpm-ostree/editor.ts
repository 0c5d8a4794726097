/** A text that the user is to change: in $VISUAL, $EDITOR or vi. Source: coreos/rpm-ostree:src/app/rpmostree-editor.cxx. */
import { OstreeError } from "../../engines/ostree/errors.ts";
import { temporaryName } from "../../engines/ostree/files.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readText } from "../../machine/read-text.ts";

/** @simplified Without $VISUAL and $EDITOR the real one takes vi, which is not on this machine: nano here. */
const FALLBACK = "nano";

/** What the file holds when the editor ends. Throws `OstreeError` when there is none, or it fails. */
export function* edited(proc: Process, text: string): Run<string> {
  const editor = proc.env.get("VISUAL") ?? proc.env.get("EDITOR") ?? (proc.env.get("TERM") === "dumb" ? undefined : FALLBACK);
  if (editor === undefined || editor === "") throw new OstreeError("Terminal is dumb, but EDITOR unset");
  const path = temporaryName(proc.sys, "/tmp/.");
  yield* proc.writeFile(path, text);
  try {
    const argv = ["/bin/sh", "-c", `${editor} '${path}'`];
    const child = proc.spawn({ argv, program: { path: "/bin/sh" } });
    const ended = yield* proc.wait(child.pid);
    if (ended?.ending.kind !== "exited" || ended.ending.status !== 0) throw new OstreeError("There was a problem with the editor");
    return readText(proc.sys, path);
  } finally {
    proc.sys.unlink(path);
  }
}

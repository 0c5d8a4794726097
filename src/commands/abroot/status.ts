/** abroot status: one value, then told as text or as JSON. Source: Vanilla-OS/ABRoot:cmd/status.go. */
import { readAbImage, type AbImage } from "../../engines/abroot/image.ts";
import { readKargs } from "../../engines/abroot/kargs.ts";
import { PackageLists } from "../../engines/abroot/packages.ts";
import { isBootedIntoCurrent } from "../../engines/abroot/rollback.ts";
import { findRoots } from "../../engines/abroot/roots.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Call } from "./call.ts";
import { bold, bullets, say } from "./pterm.ts";

interface Status {
  readonly present: string;
  readonly future: string;
  readonly cpu: string;
  readonly gpu: readonly string[];
  readonly memory: string;
  readonly abimage: AbImage;
  readonly kargs: string;
  readonly pkgsAdd: readonly string[];
  readonly pkgsRm: readonly string[];
  readonly pkgsUnstg: readonly string[] | null;
  readonly pkgMngStatus: number;
  readonly pkgMngAg: boolean;
}

export function* status({ proc, options, config }: Call): Run<ExitStatus> {
  const { sys } = proc;
  const { present, future } = findRoots(sys);
  const lists = new PackageLists(sys, config);
  const { added, removed } = lists.unstaged();
  const unstaged = [...added, ...removed];
  const value: Status = {
    present: present.label,
    future: future.label,
    cpu: /^model name\s*:\s*(.*)$/m.exec(readTextIfThere(sys, "/proc/cpuinfo") ?? "")?.[1] ?? "",
    gpu: [],
    memory: `${Math.floor(Number(/^MemTotal:\s+(\d+)/m.exec(readTextIfThere(sys, "/proc/meminfo") ?? "")?.[1] ?? 0) / 1024)} MB`,
    abimage: readAbImage(sys),
    kargs: readKargs(sys),
    pkgsAdd: lists.added,
    pkgsRm: lists.removed,
    pkgsUnstg: unstaged.length === 0 ? null : unstaged,
    pkgMngStatus: config.iPkgMngStatus,
    pkgMngAg: lists.needsAgreement && lists.isAgreed,
  };
  if (options.has("json")) yield* proc.print(`${JSON.stringify(value)}\n`);
  else if (options.has("dump")) yield* dump(proc, value);
  else yield* proc.print(text(proc, value, isBootedIntoCurrent(sys)));
  return 0;
}

function text(proc: Process, value: Status, isCurrent: boolean): string {
  const { present, future, abimage, kargs, pkgsAdd, pkgsRm, pkgsUnstg } = value;
  const count = pkgsUnstg?.length ?? 0;
  const alert = count === 0 ? "" : `\n\t\tThere are ${count} unstaged packages. Please run 'abroot pkg apply' to apply them.`;
  const heading = (title: string): string => `${bold(proc, title)}\n`;
  return (
    heading("ABRoot Partitions:") +
    bullets([`Present: ${present}${isCurrent ? " ✓" : ""}`, `Future: ${future}${isCurrent ? "" : " ✓"}`]) +
    heading("Device Specifications:") +
    bullets([`CPU: ${value.cpu}`, `GPU: [${value.gpu.join(" ")}]`, `Memory: ${value.memory}`]) +
    heading("ABImage:") +
    bullets([
      `Digest: ${abimage.digest}`,
      `Timestamp: ${abimage.timestamp.replace("T", " ").replace(/Z$/, "")}`,
      `Image: ${abimage.image}`,
    ]) +
    `${bold(proc, "Kernel Arguments:")} ${kargs}\n\n` +
    heading("Packages:") +
    bullets([`Added: ${pkgsAdd.join(", ")}`, `Removed: ${pkgsRm.join(", ")}`, `Unstaged: ${(pkgsUnstg ?? []).join(", ")}${alert}`]) +
    `${bold(proc, "Package agreement:")} ${String(value.pkgMngAg)}\n`
  );
}

/** @simplified The archive is not compressed: a status.json beside what the log says. */
function* dump(proc: Process, value: Status): Run<void> {
  const bytes = [...proc.kernel.random.bytes(16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const uuid = [bytes.slice(0, 8), bytes.slice(8, 12), `4${bytes.slice(13, 16)}`, `a${bytes.slice(17, 20)}`, bytes.slice(20)].join("-");
  const path = `/tmp/abroot-status-${uuid}.tar.gz`;
  yield* proc.writeFile(path, `${JSON.stringify(value)}\n`, 0o644);
  yield* say(proc, "info", `Dumped ABRoot status to ${path}`);
}

/** The kernel's own file systems, made for one running kernel. */
import { deviceId, type FileSystem } from "../vfs/file-system.ts";
import { generatedDir, generatedFile, GeneratedFs } from "../vfs/generated-fs.ts";
import type { Kernel } from "./kernel.ts";

/** "proc" or "sysfs"; undefined for anything else. `kernel` is asked when something is looked at. `bootId` is 32 hexadecimal digits. */
export function generatedFileSystem(kernel: () => Kernel, fstype: string, bootId: string): FileSystem | undefined {
  void bootId;
  if (fstype === "sysfs") return new GeneratedFs({ type: "sysfs", dev: deviceId({ major: 0, minor: 5 }), root: generatedDir({}) });
  if (fstype !== "proc") return undefined;
  return new GeneratedFs({
    type: "proc",
    dev: deviceId({ major: 0, minor: 4 }),
    root: generatedDir({ cmdline: generatedFile(() => `${kernel().commandLine}\n`) }),
  });
}

/** The root of the machine `ostree-composefs`: the deployment as the lower layer of a read-only overlay, which is what composefs gives. */
import { makeDirectories } from "../../engines/ostree/files.ts";
import type { BootEngine } from "../../machine/ports.ts";
import type { Sys } from "../../vfs/sys.ts";

const ROOT = "/sysroot";
const ASSEMBLY = "/sysroot.cfs";
const PRIVATE = "/run/ostree/.private";

/** `engine`, whose root is then put below an overlay without an upper layer. */
export function overlayRoot(engine: BootEngine): BootEngine {
  return {
    ...engine,
    *prepareRoot(init, kargs) {
      const prepared = yield* engine.prepareRoot(init, kargs);
      if (prepared.kind === "ready") assemble(init.sys);
      return prepared;
    },
  };
}

function assemble(sys: Sys): void {
  for (const directory of [`${PRIVATE}/cfsroot-lower`, `${PRIVATE}/empty`, ASSEMBLY]) makeDirectories(sys, directory);
  sys.mount({ source: ROOT, target: `${PRIVATE}/cfsroot-lower`, flags: ["bind"] });
  sys.mount({
    source: "composefs",
    target: ASSEMBLY,
    fstype: "overlay",
    flags: ["ro"],
    data: `lowerdir=${PRIVATE}/cfsroot-lower:${PRIVATE}/empty`,
    lifetime: "image",
  });
  for (const directory of ["etc", "sysroot", "boot", "sysroot/ostree/deploy/lab/var"])
    sys.mount({ source: `${ROOT}/${directory}`, target: `${ASSEMBLY}/${directory}`, flags: ["bind"] });
  sys.mount({ source: `${ROOT}/sysroot/ostree/deploy/lab/var`, target: `${ASSEMBLY}/var`, flags: ["bind"] });
  sys.mount({ source: ASSEMBLY, target: ROOT, flags: ["move"] });
}
